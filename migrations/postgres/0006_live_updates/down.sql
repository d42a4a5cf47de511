ALTER TABLE articles DROP COLUMN translated_version;
ALTER TABLE articles DROP COLUMN translation_source;
DROP INDEX published_bodies_supersedes;
ALTER TABLE published_bodies DROP COLUMN supersedes_id;
DROP TABLE published_live_update_media;
DROP TABLE published_live_updates;
DROP TABLE live_update_media;
DROP TABLE live_updates;
