ALTER TABLE published_live_updates DROP COLUMN media_until;
ALTER TABLE published_bodies DROP COLUMN media_until;
DROP INDEX media_expires;
ALTER TABLE media DROP COLUMN digital_source_type;
ALTER TABLE media DROP COLUMN usage_terms;
