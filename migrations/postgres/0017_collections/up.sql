-- Curated lists of articles, as editors keep them. `items` is a JSON list, `fill` a JSON object.
CREATE TABLE collections (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    locale TEXT COLLATE "C",
    size BIGINT NOT NULL,
    items TEXT COLLATE "C" NOT NULL,
    fill TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX collections_sort ON collections (sort_name, id);
CREATE INDEX collections_updated ON collections (updated_at, id);

-- Those that readers see, as they were when they were published.
CREATE TABLE published_collections (
    collection_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES collections (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    locale TEXT COLLATE "C",
    size BIGINT NOT NULL,
    items TEXT COLLATE "C" NOT NULL,
    fill TEXT COLLATE "C",
    published_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Addresses that readers knew, and where they lead while that is published.
CREATE TABLE published_collection_redirects (
    slug TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    collection_id TEXT COLLATE "C" NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    at BIGINT NOT NULL
);
CREATE INDEX published_collection_redirects_collection ON published_collection_redirects (collection_id);
