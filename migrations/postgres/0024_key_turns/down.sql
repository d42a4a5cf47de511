ALTER TABLE keys DROP COLUMN signs_from;
