-- The keys that sign the tokens of readers who may read more: a JSON list, as model::entitlement writes it.
ALTER TABLE site ADD COLUMN entitlement_keys TEXT NOT NULL DEFAULT '[]';

-- The whole bodies of published copies that are not free, apart from what the public reads. The forms are null where
-- the open body is the whole one. A copy that is older than this table gets its row when its whole body is first read.
CREATE TABLE published_full_bodies (
    copy_id TEXT NOT NULL PRIMARY KEY REFERENCES published_articles (copy_id) ON DELETE CASCADE,
    body TEXT,
    body_html TEXT,
    body_text TEXT,
    body_markdown TEXT,
    article_refs TEXT NOT NULL,
    media_until BIGINT
);

-- All media of those bodies: in use, but not public by that.
CREATE TABLE published_full_media (
    copy_id TEXT NOT NULL REFERENCES published_articles (copy_id) ON DELETE CASCADE,
    media_id TEXT NOT NULL REFERENCES media (id),
    PRIMARY KEY (copy_id, media_id)
);
CREATE INDEX published_full_media_media ON published_full_media (media_id);
