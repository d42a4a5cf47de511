DROP TABLE published_collection_redirects;
DROP TABLE published_collections;
DROP TABLE collections;
