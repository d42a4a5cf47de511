-- How far the content network was told what changed: everything up to here is as old as it was.
INSERT INTO numbering (name, last, hash) SELECT 'purges', last, '' FROM numbering WHERE name = 'events';
