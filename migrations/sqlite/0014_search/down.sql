DROP TABLE search_arrears;
DROP TABLE search_names;
DROP TABLE working_documents;
DROP TABLE working_index;
DROP TRIGGER published_articles_unsearch;
DROP TABLE search_index;
DROP INDEX published_articles_unsearched;
DROP INDEX published_articles_search;
ALTER TABLE published_articles DROP COLUMN search_number;
