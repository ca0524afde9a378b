-- The octets that a message grows by where each line has to end with CRLF, as POP3 sends
-- it: it tells sizes before it has read anything.

ALTER TABLE email ADD COLUMN crlf_growth BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN crlf_growth BIGINT NOT NULL DEFAULT 0;
