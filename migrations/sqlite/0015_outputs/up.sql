-- Where the parts of the sitemap begin: a part holds the articles with ids from its first one up to that of the next.
CREATE TABLE sitemap_parts (
    number BIGINT NOT NULL PRIMARY KEY,
    first_id TEXT NOT NULL
);
INSERT INTO sitemap_parts (number, first_id) VALUES (1, '00000000-0000-0000-0000-000000000000');
