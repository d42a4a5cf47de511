DROP TRIGGER working_documents_unsearch;
DELETE FROM working_documents;
DROP TABLE working_index;
CREATE VIRTUAL TABLE working_index USING fts5 (
    headline, text, content = '', contentless_delete = 1, prefix = '2 3 4', tokenize = "ascii tokenchars '#'"
);
CREATE TRIGGER working_documents_unsearch AFTER DELETE ON working_documents
BEGIN
    DELETE FROM working_index WHERE rowid = old.number;
END;
INSERT INTO search_arrears (what, done_to) VALUES ('articles', '') ON CONFLICT (what) DO UPDATE SET done_to = '';
INSERT INTO search_index (search_index, rank) VALUES ('usermerge', 4);
INSERT INTO working_index (working_index, rank) VALUES ('usermerge', 4);
