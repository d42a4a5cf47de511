-- Links that work once: invitations, new passwords, new addresses. Of the token only its hash is kept.
CREATE TABLE account_links (
    hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    email TEXT,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_links_user ON account_links (user_id, purpose);
CREATE INDEX account_links_expiry ON account_links (expires_at);

-- Letters that wait to be sent. Their links are made when they are sent. Without a user: whoever has the address.
CREATE TABLE mails (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    user_id TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX mails_due ON mails (next_at);
CREATE INDEX mails_user ON mails (user_id);

-- From where an API token may be used (a JSON list of networks), and the token that it took the place of, until its end.
ALTER TABLE api_tokens ADD COLUMN networks TEXT NOT NULL DEFAULT '[]';
ALTER TABLE api_tokens ADD COLUMN previous_hash TEXT COLLATE "C";
ALTER TABLE api_tokens ADD COLUMN previous_until BIGINT;
CREATE UNIQUE INDEX api_tokens_previous ON api_tokens (previous_hash);
