DROP TABLE preview_tokens;
ALTER TABLE revisions DROP COLUMN began_at;
ALTER TABLE revisions DROP COLUMN autosave;
ALTER TABLE revisions DROP COLUMN public_from;
ALTER TABLE revisions DROP COLUMN since_version;
ALTER TABLE revisions DROP COLUMN changed_fields;
DROP TABLE article_locks;
