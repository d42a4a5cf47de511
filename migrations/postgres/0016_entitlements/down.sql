DROP TABLE published_full_media;
DROP TABLE published_full_bodies;
ALTER TABLE site DROP COLUMN entitlement_keys;
