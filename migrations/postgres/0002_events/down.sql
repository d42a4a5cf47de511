DROP TRIGGER audit_log_whole ON audit_log;
DROP TRIGGER audit_log_kept ON audit_log;
DROP TRIGGER audit_log_unchanged ON audit_log;
DROP FUNCTION audit_log_refuse();
DROP INDEX audit_log_actor;
DROP TABLE copy_dues;
DROP TABLE numbering;
UPDATE audit_log SET seq = NULL, hash = NULL;
UPDATE events SET seq = NULL;
