-- Annotations of mailboxes and of the account (metadata.h).

CREATE TABLE metadata (
	mailbox BIGINT NOT NULL,         -- 0: of the account
	reader BIGINT NOT NULL,          -- account id whose private entry it is; 0: shared
	entry TEXT NOT NULL,             -- in lower case, "/private/comment"
	value BLOB,                      -- NULL: removed, told to those who watch
	modseq BIGINT NOT NULL,
	PRIMARY KEY (mailbox, reader, entry)
) WITHOUT ROWID;
CREATE INDEX metadata_by_modseq ON metadata (modseq);
