DROP TRIGGER audit_log_kept;
DROP TRIGGER audit_log_unchanged;
DROP INDEX audit_log_actor;
DROP TABLE copy_dues;
DROP TABLE numbering;
UPDATE audit_log SET seq = NULL, hash = NULL;
UPDATE events SET seq = NULL;
