-- Whether an old address came by merging: nobody else can take it then.
ALTER TABLE tag_redirects ADD COLUMN merged BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE tag_redirects SET merged = TRUE WHERE EXISTS (
    SELECT 1 FROM merged_tags WHERE merged_tags.into_id = tag_redirects.tag_id AND merged_tags.at = tag_redirects.at
);

-- Which versions of an article were translated: those are kept.
CREATE INDEX articles_translation_source ON articles (translation_source);

-- The version in which an article came to say what it says, in words: only then its translations fall behind.
ALTER TABLE articles ADD COLUMN text_version BIGINT NOT NULL DEFAULT 0;
UPDATE articles SET text_version = content_version;

-- What replaces a row (`INSERT OR REPLACE`, `UPDATE OR REPLACE`) takes the old one away without asking the triggers of
-- DELETE: the audit log takes no entry, and gives none another key, where that would happen.
CREATE TRIGGER audit_log_not_replaced BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id OR seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_log_not_replaced_by_change BEFORE UPDATE OF id, seq ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE id <> OLD.id AND (id = NEW.id OR seq = NEW.seq))
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
