-- When a picture was taken, as its file says or an editor knows: a time. Readers never hear of it.
ALTER TABLE media ADD COLUMN taken_at BIGINT;
