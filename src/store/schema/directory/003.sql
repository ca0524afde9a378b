-- Whose mailboxes somebody may see: at least those that the accounts' own lists give.

CREATE TABLE share (
	reader BIGINT NOT NULL,          -- account id; 0: anyone
	owner BIGINT NOT NULL,           -- account id
	PRIMARY KEY (reader, owner)
) WITHOUT ROWID;
