DROP TABLE media_tracks;
ALTER TABLE media DROP COLUMN codecs;
ALTER TABLE media DROP COLUMN tracks;
