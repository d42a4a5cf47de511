-- Whether an old address came by merging: nobody else can take it then.
ALTER TABLE tag_redirects ADD COLUMN merged BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE tag_redirects SET merged = TRUE WHERE EXISTS (
    SELECT 1 FROM merged_tags WHERE merged_tags.into_id = tag_redirects.tag_id AND merged_tags.at = tag_redirects.at
);

-- Which versions of an article were translated: those are kept.
CREATE INDEX articles_translation_source ON articles (translation_source);
