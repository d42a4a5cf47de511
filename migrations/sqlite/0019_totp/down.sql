DROP TABLE recovery_codes;
DROP TABLE user_totp;
ALTER TABLE site DROP COLUMN require_totp;
ALTER TABLE users DROP COLUMN totp_since;
