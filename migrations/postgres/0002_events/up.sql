-- Where the numbering of events and of the audit log stands; `hash` is the last link of the audit chain. Whoever numbers
-- holds the row, so that no number is given twice and none appears before a smaller one.
CREATE TABLE numbering (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL
);
INSERT INTO numbering (name, last, hash) VALUES ('events', 0, ''), ('audit', 0, '');

-- What the clock has yet to tell of published copies: that one appears (`start`) or ends by itself (`end`). Whoever
-- removes the row tells it, in the same transaction.
CREATE TABLE copy_dues (
    copy_id TEXT COLLATE "C" NOT NULL REFERENCES published_articles (copy_id) ON DELETE CASCADE,
    what TEXT COLLATE "C" NOT NULL,
    article_id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (copy_id, what)
);
CREATE INDEX copy_dues_at ON copy_dues (at, article_id);
CREATE INDEX copy_dues_article ON copy_dues (article_id, at);

-- Copies that were made before there was this table, and of which the clock has something to tell.
INSERT INTO copy_dues (copy_id, what, article_id, at)
    SELECT copy_id, 'start', article_id, visible_from FROM published_articles
    WHERE visible_from > CAST(extract(epoch FROM now()) * 1000000 AS BIGINT);
INSERT INTO copy_dues (copy_id, what, article_id, at)
    SELECT copy_id, 'end', article_id, visible_until FROM published_articles
    WHERE visible_until > CAST(extract(epoch FROM now()) * 1000000 AS BIGINT)
        AND visible_until = ends_at AND visible_until < 9223372036854775807;

CREATE INDEX audit_log_actor ON audit_log (actor_id, at);

-- The audit log is append-only: what has its number and its hash stays as it is.
CREATE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER audit_log_unchanged BEFORE UPDATE ON audit_log
    FOR EACH ROW WHEN (OLD.hash IS NOT NULL) EXECUTE FUNCTION audit_log_refuse();
CREATE TRIGGER audit_log_kept BEFORE DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_refuse();
CREATE TRIGGER audit_log_whole BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse();
