-- Whether an old address came by merging: nobody else can take it then.
ALTER TABLE tag_redirects ADD COLUMN merged BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE tag_redirects SET merged = TRUE WHERE EXISTS (
    SELECT 1 FROM merged_tags WHERE merged_tags.into_id = tag_redirects.tag_id AND merged_tags.at = tag_redirects.at
);

-- Which versions of an article were translated: those are kept.
CREATE INDEX articles_translation_source ON articles (translation_source);

-- The version in which an article came to say what it says, in words: only then its translations fall behind.
ALTER TABLE articles ADD COLUMN text_version BIGINT NOT NULL DEFAULT 0;
UPDATE articles SET text_version = content_version;
