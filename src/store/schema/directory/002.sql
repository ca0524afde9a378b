-- Limits on the number of messages; -1: no limit, -2: the site's (quota.h).

ALTER TABLE account ADD COLUMN message_quota BIGINT NOT NULL DEFAULT -2;
UPDATE account SET quota = -2 WHERE quota = 0;
