-- Full-text search. A copy's number rises with `published_at`, so that the index is walked from the newest copy on;
-- it is null until the copy is indexed.
ALTER TABLE published_articles ADD COLUMN search_number BIGINT;
CREATE UNIQUE INDEX published_articles_search ON published_articles (search_number);
CREATE INDEX published_articles_unsearched ON published_articles (copy_id) WHERE search_number IS NULL;

CREATE TABLE search_documents (
    copy_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES published_articles (copy_id) ON DELETE CASCADE,
    number BIGINT NOT NULL UNIQUE,
    document TSVECTOR NOT NULL
);
CREATE INDEX search_documents_document ON search_documents USING gin (document);

-- The same of working copies.
CREATE TABLE working_documents (
    article_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    document TSVECTOR NOT NULL
);
CREATE INDEX working_documents_document ON working_documents USING gin (document);

-- The words of the names of tags and authors, so that a rename is found at once.
CREATE TABLE search_names (
    subject_id TEXT COLLATE "C" NOT NULL,
    position INTEGER NOT NULL,
    word TEXT COLLATE "C" NOT NULL,
    is_tag BOOLEAN NOT NULL,
    PRIMARY KEY (subject_id, position)
);
CREATE INDEX search_names_word ON search_names (word, subject_id);

-- What has yet to be indexed of what was there before, and how far that has come.
CREATE TABLE search_arrears (
    what TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    done_to TEXT COLLATE "C" NOT NULL
);
INSERT INTO search_arrears (what, done_to) VALUES ('tags', ''), ('authors', ''), ('articles', '');
