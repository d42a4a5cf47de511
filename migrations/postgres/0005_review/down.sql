DROP TABLE idempotency;
DROP TABLE comments;
ALTER TABLE site DROP COLUMN publish_gate;
DROP INDEX published_articles_starts;
DROP INDEX articles_embargo;
ALTER TABLE articles DROP COLUMN embargoed_until;
ALTER TABLE articles DROP COLUMN approved_by;
ALTER TABLE articles DROP COLUMN approved_version;
