-- From when on a key signs: it is known to everybody a while before.
ALTER TABLE keys ADD COLUMN signs_from BIGINT NOT NULL DEFAULT 0;
UPDATE keys SET signs_from = created_at;
