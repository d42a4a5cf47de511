DROP TABLE merged_tags;
ALTER TABLE tags DROP COLUMN search_text;
ALTER TABLE tags DROP COLUMN synonyms;
