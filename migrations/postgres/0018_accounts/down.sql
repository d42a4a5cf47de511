DROP INDEX api_tokens_previous;
ALTER TABLE api_tokens DROP COLUMN previous_until;
ALTER TABLE api_tokens DROP COLUMN previous_hash;
ALTER TABLE api_tokens DROP COLUMN networks;
DROP TABLE mails;
DROP TABLE account_links;
