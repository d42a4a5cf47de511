-- Full-text search. A copy's number rises with `published_at`, so that the index is walked from the newest copy on;
-- it is null until the copy is indexed.
ALTER TABLE published_articles ADD COLUMN search_number BIGINT;
CREATE UNIQUE INDEX published_articles_search ON published_articles (search_number);
CREATE INDEX published_articles_unsearched ON published_articles (copy_id) WHERE search_number IS NULL;

CREATE VIRTUAL TABLE search_index USING fts5 (
    headline, text, content = '', contentless_delete = 1, prefix = '2 3 4', tokenize = "ascii tokenchars '#'"
);
CREATE TRIGGER published_articles_unsearch AFTER DELETE ON published_articles WHEN old.search_number IS NOT NULL
BEGIN
    DELETE FROM search_index WHERE rowid = old.search_number;
END;

-- The same of working copies, in the order in which they were first indexed.
CREATE TABLE working_documents (
    number INTEGER NOT NULL PRIMARY KEY,
    article_id TEXT NOT NULL UNIQUE REFERENCES articles (id) ON DELETE CASCADE
);
CREATE VIRTUAL TABLE working_index USING fts5 (
    headline, text, content = '', contentless_delete = 1, prefix = '2 3 4', tokenize = "ascii tokenchars '#'"
);
CREATE TRIGGER working_documents_unsearch AFTER DELETE ON working_documents
BEGIN
    DELETE FROM working_index WHERE rowid = old.number;
END;

-- The words of the names of tags and authors, so that a rename is found at once.
CREATE TABLE search_names (
    subject_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    word TEXT NOT NULL,
    is_tag BOOLEAN NOT NULL,
    PRIMARY KEY (subject_id, position)
);
CREATE INDEX search_names_word ON search_names (word, subject_id);

-- What has yet to be indexed of what was there before, and how far that has come.
CREATE TABLE search_arrears (
    what TEXT NOT NULL PRIMARY KEY,
    done_to TEXT NOT NULL
);
INSERT INTO search_arrears (what, done_to) VALUES ('tags', ''), ('authors', ''), ('articles', '');
