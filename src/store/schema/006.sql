-- What changed since a state, whatever the mailbox (states.h), and what is not a message:
-- documents (document.h) and uploads (upload.h).

ALTER TABLE account ADD COLUMN email_modseq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN mailbox_modseq BIGINT NOT NULL DEFAULT 0;
-- States below it are of no use; nor are those between the other two, which went with the
-- last unclean stop.
ALTER TABLE account ADD COLUMN state_floor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN lost_from BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN lost_to BIGINT NOT NULL DEFAULT 0;
UPDATE account SET email_modseq = modseq, mailbox_modseq = modseq, state_floor = modseq;

-- Modseqs: it was made; something but its counts was changed; its counts were.
ALTER TABLE mailbox ADD COLUMN created BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN altered BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN counted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mailbox ADD COLUMN sort_order BIGINT NOT NULL DEFAULT 0;

-- Modseqs: it came; the first email of its thread did.
ALTER TABLE email ADD COLUMN created BIGINT NOT NULL DEFAULT 0;
ALTER TABLE email ADD COLUMN thread_created BIGINT NOT NULL DEFAULT 0;
-- The first email of a thread has an id just below its number and is not in this index:
-- a mail that is no reply leaves it alone.
CREATE INDEX email_by_thread ON email (thread) WHERE thread < id;

-- The email's, for counting without it.
ALTER TABLE message ADD COLUMN thread BIGINT NOT NULL DEFAULT 0;
UPDATE message SET thread = (SELECT e.thread FROM email e WHERE e.id = email);

-- What no row can tell any more (gone.h).
CREATE TABLE gone (
	kind BIGINT NOT NULL,            -- enum gone_kind
	modseq BIGINT NOT NULL,
	id BIGINT NOT NULL,
	created BIGINT NOT NULL,         -- modseq
	what BIGINT NOT NULL,            -- enum gone_what
	PRIMARY KEY (kind, modseq, id)
) WITHOUT ROWID;
CREATE TABLE gone_floor (
	kind BIGINT NOT NULL PRIMARY KEY,
	modseq BIGINT NOT NULL           -- the log is whole above it
) WITHOUT ROWID;

CREATE TABLE document (
	kind BIGINT NOT NULL,            -- enum document_kind
	id BIGINT NOT NULL,
	created BIGINT NOT NULL,         -- modseq
	modseq BIGINT NOT NULL,
	value BLOB NOT NULL,
	PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX document_by_modseq ON document (kind, modseq);

-- Each has its blob as an email has.
CREATE TABLE upload (
	id BIGINT NOT NULL PRIMARY KEY,
	blob BIGINT NOT NULL,
	size BIGINT NOT NULL,
	used BIGINT NOT NULL             -- UNIX seconds, the last time
) WITHOUT ROWID;
