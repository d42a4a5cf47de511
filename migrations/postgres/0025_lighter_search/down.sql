ALTER TABLE search_documents RESET (toast_tuple_target);
ALTER TABLE search_documents ALTER COLUMN document SET STORAGE EXTENDED;
