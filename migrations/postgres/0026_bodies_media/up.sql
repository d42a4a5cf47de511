-- Whether a published body shows the file itself: a new file under a record is written into these bodies alone, and not
-- looked for in all that have it above them. What was published before is looked at once more, and noted then.
ALTER TABLE published_media ADD COLUMN in_body BOOLEAN NOT NULL DEFAULT TRUE;
CREATE INDEX published_media_in_body ON published_media (media_id) WHERE in_body;
