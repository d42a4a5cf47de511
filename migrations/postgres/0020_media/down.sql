ALTER TABLE media DROP COLUMN taken_at;
