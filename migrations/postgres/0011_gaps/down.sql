ALTER TABLE articles DROP COLUMN text_version;
DROP INDEX articles_translation_source;
ALTER TABLE tag_redirects DROP COLUMN merged;
