-- One account's database. PostgreSQL: BLOB is BYTEA, INTEGER PRIMARY KEY is
-- BIGINT PRIMARY KEY, WITHOUT ROWID falls away. docs/store.md explains.

CREATE TABLE account (
	id BIGINT NOT NULL PRIMARY KEY,
	incarnation BIGINT NOT NULL,     -- random; new when the file is not the one it was
	boot BIGINT NOT NULL,            -- the store's run that saw it last
	modseq BIGINT NOT NULL,          -- the highest handed out
	modseq_ceiling BIGINT NOT NULL,  -- none above it was ever handed out
	next_id BIGINT NOT NULL,         -- of emails, blobs, threads and mailboxes
	uid_validity BIGINT NOT NULL,    -- the last given to a mailbox
	group_number BIGINT NOT NULL,    -- of the last group that was committed
	hash_key BIGINT NOT NULL         -- random, of email.message_key
) WITHOUT ROWID;

CREATE TABLE mailbox (
	id BIGINT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	special_use BIGINT NOT NULL,
	selectable BIGINT NOT NULL,
	uid_validity BIGINT NOT NULL,
	uid_next BIGINT NOT NULL,
	first_recent BIGINT NOT NULL,
	messages BIGINT NOT NULL,
	unseen BIGINT NOT NULL,
	deleted BIGINT NOT NULL,
	size BIGINT NOT NULL,
	modseq BIGINT NOT NULL,
	vanished_floor BIGINT NOT NULL,  -- the expunge log is whole above this modseq
	vanished_rows BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE uidset (
	mailbox BIGINT NOT NULL,
	first_uid BIGINT NOT NULL,       -- the row holds UIDs from here to the next row's
	intervals BLOB NOT NULL,         -- interval_set_encode
	PRIMARY KEY (mailbox, first_uid)
) WITHOUT ROWID;

CREATE TABLE message (
	mailbox BIGINT NOT NULL,
	uid BIGINT NOT NULL,
	email BIGINT NOT NULL,
	flags BIGINT NOT NULL,
	modseq BIGINT NOT NULL,
	saved BIGINT NOT NULL,
	size BIGINT NOT NULL,            -- the email's, for counting without it
	PRIMARY KEY (mailbox, uid)
) WITHOUT ROWID;
CREATE INDEX message_by_modseq ON message (mailbox, modseq);
CREATE INDEX message_by_email ON message (email);

CREATE TABLE email (
	id INTEGER PRIMARY KEY,
	blob BIGINT NOT NULL,
	thread BIGINT NOT NULL,
	received BIGINT NOT NULL,
	received_zone BIGINT NOT NULL,
	sent BIGINT NOT NULL,
	sent_zone BIGINT NOT NULL,
	size BIGINT NOT NULL,
	has_attachment BIGINT NOT NULL,
	message_key BIGINT NOT NULL,     -- hash of message_id, to find a thread
	envelope BLOB NOT NULL,
	body_structure BLOB NOT NULL,
	parts BLOB NOT NULL,
	subject TEXT NOT NULL,
	from_text TEXT NOT NULL,
	to_text TEXT NOT NULL,
	cc_text TEXT NOT NULL,
	bcc_text TEXT NOT NULL,
	sender_text TEXT NOT NULL,
	reply_to_text TEXT NOT NULL,
	message_id TEXT NOT NULL,
	reference_ids TEXT NOT NULL,
	preview TEXT NOT NULL,
	prefix BLOB NOT NULL
);
CREATE INDEX email_by_message_key ON email (message_key);

CREATE TABLE blob (
	id INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,
	size BIGINT NOT NULL,
	emails BIGINT NOT NULL,          -- how many have it
	encoding BIGINT NOT NULL,        -- enum blob_encoding
	bytes BLOB NOT NULL              -- empty when it lies in a file
);

CREATE TABLE vanished (
	mailbox BIGINT NOT NULL,
	modseq BIGINT NOT NULL,
	first_uid BIGINT NOT NULL,
	last_uid BIGINT NOT NULL,
	PRIMARY KEY (mailbox, modseq, first_uid)
) WITHOUT ROWID;

CREATE TABLE keyword (
	bit BIGINT NOT NULL PRIMARY KEY, -- its number, KEYWORD_FIRST_BIT and up
	name TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE subscription (
	name TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE delivery (
	id BLOB NOT NULL PRIMARY KEY,
	arrived BIGINT NOT NULL,
	uid BIGINT NOT NULL,
	email BIGINT NOT NULL
) WITHOUT ROWID;

-- \Seen of others than the owner, in shared mailboxes.
CREATE TABLE seen (
	mailbox BIGINT NOT NULL,
	reader BIGINT NOT NULL,          -- account id
	uid BIGINT NOT NULL,
	PRIMARY KEY (mailbox, reader, uid)
) WITHOUT ROWID;
