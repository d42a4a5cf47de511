-- Second factors: since when it is on, whom the site asks for it, the secrets (sealed), and recovery codes (hashed).
ALTER TABLE users ADD COLUMN totp_since BIGINT;
ALTER TABLE site ADD COLUMN require_totp TEXT COLLATE "C" NOT NULL DEFAULT '[]';

CREATE TABLE user_totp (
    user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    sealed TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX recovery_codes_user ON recovery_codes (user_id);
