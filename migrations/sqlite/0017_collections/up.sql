-- Curated lists of articles, as editors keep them. `items` is a JSON list, `fill` a JSON object.
CREATE TABLE collections (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    description TEXT,
    locale TEXT,
    size BIGINT NOT NULL,
    items TEXT NOT NULL,
    fill TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX collections_sort ON collections (sort_name, id);
CREATE INDEX collections_updated ON collections (updated_at, id);

-- Those that readers see, as they were when they were published.
CREATE TABLE published_collections (
    collection_id TEXT NOT NULL PRIMARY KEY REFERENCES collections (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT,
    locale TEXT,
    size BIGINT NOT NULL,
    items TEXT NOT NULL,
    fill TEXT,
    published_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Addresses that readers knew, and where they lead while that is published.
CREATE TABLE published_collection_redirects (
    slug TEXT NOT NULL PRIMARY KEY,
    collection_id TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    at BIGINT NOT NULL
);
CREATE INDEX published_collection_redirects_collection ON published_collection_redirects (collection_id);
