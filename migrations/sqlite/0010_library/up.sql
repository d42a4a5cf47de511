-- What may be done with a file, and how it came to be (IPTC digital source type).
ALTER TABLE media ADD COLUMN usage_terms TEXT;
ALTER TABLE media ADD COLUMN digital_source_type TEXT;
CREATE INDEX media_expires ON media (expires_at) WHERE expires_at IS NOT NULL;

-- Until when a frozen body holds as it is, in microseconds: the first expiry of what it shows. Empty where
-- nothing of it expires.
ALTER TABLE published_bodies ADD COLUMN media_until BIGINT;
ALTER TABLE published_live_updates ADD COLUMN media_until BIGINT;

UPDATE published_bodies SET media_until = (
    SELECT MIN(shown.expires_at) FROM published_media
    JOIN media AS used ON used.id = published_media.media_id
    JOIN media AS shown ON shown.id IN (used.id, used.poster_id)
    WHERE published_media.copy_id = published_bodies.copy_id);
UPDATE published_live_updates SET media_until = (
    SELECT MIN(shown.expires_at) FROM published_live_update_media
    JOIN media AS used ON used.id = published_live_update_media.media_id
    JOIN media AS shown ON shown.id IN (used.id, used.poster_id)
    WHERE published_live_update_media.update_id = published_live_updates.update_id);
