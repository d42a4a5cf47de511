-- The updates of a live blog, as editors keep them.
CREATE TABLE live_updates (
    id TEXT NOT NULL PRIMARY KEY,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    headline TEXT,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    pinned BOOLEAN NOT NULL,
    key_event BOOLEAN NOT NULL,
    draft BOOLEAN NOT NULL,
    author_id TEXT REFERENCES authors (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX live_updates_article ON live_updates (article_id, at, id);
CREATE INDEX live_updates_author ON live_updates (author_id);

CREATE TABLE live_update_media (
    update_id TEXT NOT NULL REFERENCES live_updates (id) ON DELETE CASCADE,
    media_id TEXT NOT NULL REFERENCES media (id),
    PRIMARY KEY (update_id, media_id)
);
CREATE INDEX live_update_media_media ON live_update_media (media_id);

-- Those that are no drafts, frozen: all of them that a public read may see, while their article is live.
CREATE TABLE published_live_updates (
    update_id TEXT NOT NULL PRIMARY KEY REFERENCES live_updates (id) ON DELETE CASCADE,
    article_id TEXT NOT NULL,
    headline TEXT,
    body TEXT NOT NULL,
    body_html TEXT NOT NULL,
    body_text TEXT NOT NULL,
    body_markdown TEXT NOT NULL,
    article_refs TEXT NOT NULL,
    at BIGINT NOT NULL,
    pinned BOOLEAN NOT NULL,
    key_event BOOLEAN NOT NULL,
    author_id TEXT REFERENCES authors (id),
    updated_at BIGINT NOT NULL
);
CREATE INDEX published_live_updates_article ON published_live_updates (article_id, at, update_id);
CREATE INDEX published_live_updates_author ON published_live_updates (author_id);

CREATE TABLE published_live_update_media (
    update_id TEXT NOT NULL REFERENCES published_live_updates (update_id) ON DELETE CASCADE,
    media_id TEXT NOT NULL REFERENCES media (id),
    PRIMARY KEY (update_id, media_id)
);
CREATE INDEX published_live_update_media_media ON published_live_update_media (media_id);

-- The article that a published copy takes the place of.
ALTER TABLE published_bodies ADD COLUMN supersedes_id TEXT;
CREATE INDEX published_bodies_supersedes ON published_bodies (supersedes_id);

-- What an article was translated from, and which version of that.
ALTER TABLE articles ADD COLUMN translation_source TEXT;
ALTER TABLE articles ADD COLUMN translated_version BIGINT;
