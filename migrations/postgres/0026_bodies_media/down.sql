DROP INDEX published_media_in_body;
ALTER TABLE published_media DROP COLUMN in_body;
