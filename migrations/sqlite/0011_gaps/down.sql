DROP TRIGGER audit_log_not_replaced_by_change;
DROP TRIGGER audit_log_not_replaced;
ALTER TABLE articles DROP COLUMN text_version;
DROP INDEX articles_translation_source;
ALTER TABLE tag_redirects DROP COLUMN merged;
