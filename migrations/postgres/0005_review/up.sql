-- Who approved which version, and the embargo as a column that can be asked for.
ALTER TABLE articles ADD COLUMN approved_version BIGINT;
ALTER TABLE articles ADD COLUMN approved_by TEXT COLLATE "C";
ALTER TABLE articles ADD COLUMN embargoed_until BIGINT;
UPDATE articles SET embargoed_until =
    CAST(extract(epoch FROM (content::json ->> 'embargoed_until')::timestamptz) * 1000000 AS BIGINT)
    WHERE content::json ->> 'embargoed_until' IS NOT NULL;
CREATE INDEX articles_embargo ON articles (embargoed_until, id);
CREATE INDEX published_articles_starts ON published_articles (visible_from, copy_id);

-- What must be there before an article may be published, as JSON.
ALTER TABLE site ADD COLUMN publish_gate TEXT COLLATE "C" NOT NULL DEFAULT '{}';

CREATE TABLE comments (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    article_id TEXT COLLATE "C" NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    author_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE SET NULL,
    author_name TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    block TEXT COLLATE "C",
    field TEXT COLLATE "C",
    quote TEXT COLLATE "C",
    reply_to TEXT COLLATE "C" REFERENCES comments (id) ON DELETE CASCADE,
    resolved_at BIGINT,
    resolved_by TEXT COLLATE "C" REFERENCES users (id) ON DELETE SET NULL,
    resolved_name TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX comments_article ON comments (article_id, created_at, id);
CREATE INDEX comments_replies ON comments (reply_to);
CREATE INDEX comments_author ON comments (author_id);
CREATE INDEX comments_resolver ON comments (resolved_by);

-- What was answered to a request with an Idempotency-Key; a status of 0 is still being worked on.
CREATE TABLE idempotency (
    principal TEXT COLLATE "C" NOT NULL,
    route TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    status INTEGER NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    version BIGINT,
    location TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    PRIMARY KEY (principal, route, key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);
