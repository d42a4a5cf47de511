ALTER TABLE media DROP COLUMN expires_at;
