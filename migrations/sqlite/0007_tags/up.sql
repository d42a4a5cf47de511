-- Other names, for editors alone, and all names folded, for finding.
ALTER TABLE tags ADD COLUMN synonyms TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tags ADD COLUMN search_text TEXT NOT NULL DEFAULT '';
UPDATE tags SET search_text = sort_name;

-- What became of the tags that were merged into others.
CREATE TABLE merged_tags (
    id TEXT NOT NULL PRIMARY KEY,
    into_id TEXT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    at BIGINT NOT NULL
);
CREATE INDEX merged_tags_into ON merged_tags (into_id);
