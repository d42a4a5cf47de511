-- Working copies are indexed at each save and looked for by editors alone: of the beginnings of their words, only the shortest
-- are kept apart, which takes less work and room. They are indexed anew while the server runs.
DROP TRIGGER working_documents_unsearch;
DELETE FROM working_documents;
DROP TABLE working_index;
CREATE VIRTUAL TABLE working_index USING fts5 (
    headline, text, content = '', contentless_delete = 1, prefix = '2', tokenize = "ascii tokenchars '#'"
);
CREATE TRIGGER working_documents_unsearch AFTER DELETE ON working_documents
BEGIN
    DELETE FROM working_index WHERE rowid = old.number;
END;
INSERT INTO search_arrears (what, done_to) VALUES ('articles', '') ON CONFLICT (what) DO UPDATE SET done_to = '';
-- Whoever tidies an index up brings two segments of one size together, too.
INSERT INTO search_index (search_index, rank) VALUES ('usermerge', 2);
INSERT INTO working_index (working_index, rank) VALUES ('usermerge', 2);
