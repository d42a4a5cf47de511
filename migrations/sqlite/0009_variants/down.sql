DROP TABLE variant_dues;
DROP TABLE media_variants;
ALTER TABLE media DROP COLUMN variants;
