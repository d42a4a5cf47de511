-- What is said of the tracks of a film or recording, for answers: a JSON list, as model::tracks writes it.
ALTER TABLE media ADD COLUMN tracks TEXT;

-- The codecs that a film or recording needs (RFC 6381).
ALTER TABLE media ADD COLUMN codecs TEXT;

-- The files of those tracks.
CREATE TABLE media_tracks (
    id TEXT NOT NULL PRIMARY KEY,
    media_id TEXT NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    bytes BIGINT NOT NULL,
    storage_key TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX media_tracks_media ON media_tracks (media_id);
CREATE INDEX media_tracks_key ON media_tracks (storage_key);
