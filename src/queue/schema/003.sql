-- By when it is to be delivered (RFC 2852): UNIX seconds, and enum deliver_by.
ALTER TABLE message ADD COLUMN by_time BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN by_mode BIGINT NOT NULL DEFAULT 0;
