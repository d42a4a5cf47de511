DELETE FROM numbering WHERE name = 'purges';
