-- Mail on its way to other servers. queue.h explains; types as in the accounts' schema.

CREATE TABLE queue (
	boot BIGINT NOT NULL,            -- the store's when it was opened last
	group_number BIGINT NOT NULL,    -- of the last transaction committed
	next_id BIGINT NOT NULL          -- of messages: never reused
);
INSERT INTO queue (boot, group_number, next_id) VALUES (0, 0, 1);

-- Written once, removed with its last recipient.
CREATE TABLE message (
	id INTEGER PRIMARY KEY,
	reverse_path TEXT NOT NULL,      -- empty: <>
	envelope_id TEXT NOT NULL,       -- ENVID as it came; empty: none
	return_wish BIGINT NOT NULL,     -- RETURN_*
	flags BIGINT NOT NULL,           -- MESSAGE_*
	priority BIGINT NOT NULL,        -- -9 to 9
	received BIGINT NOT NULL,        -- UNIX seconds
	release_at BIGINT NOT NULL,      -- UNIX seconds: not sent before, expiry counts from it
	login TEXT NOT NULL,             -- who submitted it, or empty
	trace_id TEXT NOT NULL,          -- its name in Received and in logs
	size BIGINT NOT NULL,            -- octets behind the prefix
	encoding BIGINT NOT NULL,        -- as blob.encoding of an account
	hash BLOB NOT NULL,              -- SHA-256; the name of its file, if it has one
	prefix BLOB NOT NULL             -- header fields put in front
);
CREATE INDEX message_file ON message (hash) WHERE encoding = 2;

CREATE TABLE body (
	message INTEGER PRIMARY KEY,
	bytes BLOB NOT NULL
);

CREATE TABLE recipient (
	message BIGINT NOT NULL,
	number BIGINT NOT NULL,          -- from 0
	destination TEXT NOT NULL,       -- where it is tried: a domain, or a route's name
	address TEXT NOT NULL,
	original TEXT NOT NULL,          -- ORCPT as it came; empty: none
	notify BIGINT NOT NULL,          -- NOTIFY_*
	turn BIGINT NOT NULL,            -- 0 - priority: the least goes first
	state BIGINT NOT NULL,           -- enum recipient_state
	attempts BIGINT NOT NULL,
	next_attempt BIGINT NOT NULL,    -- UNIX seconds
	last_attempt BIGINT NOT NULL,    -- UNIX seconds; 0: none yet
	reply_code BIGINT NOT NULL,      -- of the last attempt; 0: the text is ours
	status TEXT NOT NULL,            -- "4.4.1", or empty
	reply TEXT NOT NULL,
	remote TEXT NOT NULL,            -- who replied, or empty
	owed BIGINT NOT NULL,            -- enum report that is due to the sender; 0: none
	delay_told BIGINT NOT NULL,      -- 1: a delay was reported
	PRIMARY KEY (message, number)
) WITHOUT ROWID;
CREATE INDEX recipient_waiting ON recipient (destination, turn, next_attempt) WHERE state = 0;
CREATE INDEX recipient_sending ON recipient (message) WHERE state = 1;
CREATE INDEX recipient_owed ON recipient (message) WHERE owed > 0;

-- One row for each that recipients wait for, so that a busy one hides no other.
CREATE TABLE destination (
	name TEXT NOT NULL PRIMARY KEY,
	not_before BIGINT NOT NULL,      -- UNIX seconds: it could not be reached
	next_attempt BIGINT NOT NULL     -- the earliest of its recipients', not before that
) WITHOUT ROWID;
CREATE INDEX destination_due ON destination (next_attempt, name);

CREATE TABLE delivery (
	id BLOB NOT NULL PRIMARY KEY,
	arrived BIGINT NOT NULL,
	message BIGINT NOT NULL
) WITHOUT ROWID;
