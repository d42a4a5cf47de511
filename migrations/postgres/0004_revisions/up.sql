-- Who works on an article. One row an article; a lock ends by the clock, the row is swept later.
CREATE TABLE article_locks (
    article_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    since BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    reason TEXT COLLATE "C"
);
CREATE INDEX article_locks_expires ON article_locks (expires_at);

-- What a revision changed (a JSON list of members) since which version; null where that is not known.
ALTER TABLE revisions ADD COLUMN changed_fields TEXT COLLATE "C" NOT NULL DEFAULT '[]';
ALTER TABLE revisions ADD COLUMN since_version BIGINT;
-- When the version was, or will be, public; null for those that never were.
ALTER TABLE revisions ADD COLUMN public_from BIGINT;
ALTER TABLE revisions ADD COLUMN autosave BOOLEAN NOT NULL DEFAULT FALSE;
-- When the first of the autosaves was made that are folded into this one.
ALTER TABLE revisions ADD COLUMN began_at BIGINT;
UPDATE revisions SET public_from = at WHERE action = 'publish_article';
UPDATE revisions SET public_from = (
    SELECT min(visible_from) FROM published_articles
    WHERE published_articles.article_id = revisions.article_id AND published_articles.version = revisions.version
) WHERE action = 'schedule_article';

-- Tokens that show a working copy, or one version of it, to whoever has them. Removing the row revokes the token.
CREATE TABLE preview_tokens (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    article_id TEXT COLLATE "C" NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    version BIGINT,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX preview_tokens_article ON preview_tokens (article_id, id);
CREATE INDEX preview_tokens_expires ON preview_tokens (expires_at);
