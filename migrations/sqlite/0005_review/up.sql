-- Who approved which version, and the embargo as a column that can be asked for.
ALTER TABLE articles ADD COLUMN approved_version BIGINT;
ALTER TABLE articles ADD COLUMN approved_by TEXT;
ALTER TABLE articles ADD COLUMN embargoed_until BIGINT;
UPDATE articles SET embargoed_until =
    CAST(strftime('%s', json_extract(content, '$.embargoed_until')) AS INTEGER) * 1000000
    + CAST(substr(json_extract(content, '$.embargoed_until'), 21, 3) AS INTEGER) * 1000
    WHERE json_extract(content, '$.embargoed_until') IS NOT NULL;
CREATE INDEX articles_embargo ON articles (embargoed_until, id);
CREATE INDEX published_articles_starts ON published_articles (visible_from, copy_id);

-- What must be there before an article may be published, as JSON.
ALTER TABLE site ADD COLUMN publish_gate TEXT NOT NULL DEFAULT '{}';

CREATE TABLE comments (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    author_id TEXT REFERENCES users (id) ON DELETE SET NULL,
    author_name TEXT NOT NULL,
    text TEXT NOT NULL,
    block TEXT,
    field TEXT,
    quote TEXT,
    reply_to TEXT REFERENCES comments (id) ON DELETE CASCADE,
    resolved_at BIGINT,
    resolved_by TEXT REFERENCES users (id) ON DELETE SET NULL,
    resolved_name TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX comments_article ON comments (article_id, created_at, id);
CREATE INDEX comments_replies ON comments (reply_to);
CREATE INDEX comments_author ON comments (author_id);
CREATE INDEX comments_resolver ON comments (resolved_by);

-- What was answered to a request with an Idempotency-Key; a status of 0 is still being worked on.
CREATE TABLE idempotency (
    principal TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    version BIGINT,
    location TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (principal, route, key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);
