-- Where media lie, for the newsroom alone. Two folders beside each other have different names.
CREATE TABLE media_folders (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    parent_id TEXT COLLATE "C" REFERENCES media_folders (id),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX media_folders_name ON media_folders (COALESCE(parent_id, ''), sort_name);
CREATE INDEX media_folders_sort ON media_folders (sort_name, id);

ALTER TABLE media ADD COLUMN folder_id TEXT COLLATE "C";
CREATE INDEX media_folder ON media (folder_id, created_at, id);

-- Words to find it by: a JSON list.
ALTER TABLE media ADD COLUMN keywords TEXT COLLATE "C" NOT NULL DEFAULT '[]';

-- Since when there is this file, where it took the place of another one.
ALTER TABLE media ADD COLUMN replaced_at BIGINT;
