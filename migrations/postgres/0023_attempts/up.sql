-- What was tried in vain, so that all nodes count it together. The key is a hash: of a brake, and of whom it counts.
CREATE TABLE attempts (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    times TEXT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX attempts_by_end ON attempts (ends_at);
