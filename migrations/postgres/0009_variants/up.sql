-- What is offered of a picture beside its file, for answers: a line a variant, as model::variants writes it.
ALTER TABLE media ADD COLUMN variants TEXT COLLATE "C";

-- The files of those variants.
CREATE TABLE media_variants (
    media_id TEXT COLLATE "C" NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    extension TEXT COLLATE "C" NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes BIGINT NOT NULL,
    storage_key TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (media_id, name, extension)
);
CREATE INDEX media_variants_key ON media_variants (storage_key);

-- Pictures whose variants are to be made, and not before when. Whoever makes them moves that ahead.
CREATE TABLE variant_dues (
    media_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES media (id) ON DELETE CASCADE,
    not_before BIGINT NOT NULL,
    tries INTEGER NOT NULL
);
CREATE INDEX variant_dues_not_before ON variant_dues (not_before);

-- The pictures that are here.
INSERT INTO variant_dues (media_id, not_before, tries)
SELECT id, 0, 0 FROM media WHERE kind = 'image' AND public_key IS NOT NULL;
