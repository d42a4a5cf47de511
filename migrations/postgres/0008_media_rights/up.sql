-- Until when the newsroom may use a file, in microseconds.
ALTER TABLE media ADD COLUMN expires_at BIGINT;
