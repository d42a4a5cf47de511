-- A document that search holds against a word lies in its row as it is, up to 8 kB: neither fetched from beside the table
-- nor unpacked for each of the hundreds of rows that are looked at.
ALTER TABLE search_documents ALTER COLUMN document SET STORAGE EXTERNAL;
ALTER TABLE search_documents SET (toast_tuple_target = 8160);
