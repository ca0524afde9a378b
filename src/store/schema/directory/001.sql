-- The directory of a store: accounts, credentials, aliases. docs/store.md explains.

CREATE TABLE directory (
	change BIGINT NOT NULL,          -- grows with each transaction
	next_id BIGINT NOT NULL          -- of accounts and credentials: never reused
);
INSERT INTO directory (change, next_id) VALUES (0, 1);

CREATE TABLE account (
	id BIGINT NOT NULL PRIMARY KEY,
	address TEXT NOT NULL UNIQUE,    -- never one that an alias has
	generation BIGINT NOT NULL,      -- the change that touched its credentials last
	quota BIGINT NOT NULL            -- octets; 0: the site's
) WITHOUT ROWID;

CREATE TABLE credential (
	account BIGINT NOT NULL,
	is_app BIGINT NOT NULL,
	name TEXT NOT NULL,              -- empty for the account's own
	id BIGINT NOT NULL,
	hash TEXT NOT NULL,
	scram TEXT NOT NULL,
	sealed BLOB NOT NULL,
	created BIGINT NOT NULL,         -- UNIX seconds
	PRIMARY KEY (account, is_app, name)
) WITHOUT ROWID;

CREATE TABLE alias (
	address TEXT NOT NULL,
	position BIGINT NOT NULL,
	target TEXT NOT NULL,
	PRIMARY KEY (address, position)
) WITHOUT ROWID;
