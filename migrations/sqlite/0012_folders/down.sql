ALTER TABLE media DROP COLUMN replaced_at;
ALTER TABLE media DROP COLUMN keywords;
DROP INDEX media_folder;
ALTER TABLE media DROP COLUMN folder_id;
DROP TABLE media_folders;
