-- Who else may do what with a mailbox (acl.h).

CREATE TABLE acl (
	mailbox BIGINT NOT NULL,
	account BIGINT NOT NULL,         -- 0: anyone
	is_negative BIGINT NOT NULL,     -- these rights are taken away
	rights BIGINT NOT NULL,          -- bits
	PRIMARY KEY (mailbox, account, is_negative)
) WITHOUT ROWID;
