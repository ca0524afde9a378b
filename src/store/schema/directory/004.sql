-- What an account's file had come to when it was last closed (directory_state.c).

CREATE TABLE account_state (
	id BIGINT NOT NULL PRIMARY KEY,  -- of the account
	incarnation BIGINT NOT NULL,
	group_number BIGINT NOT NULL,    -- an older file has a lower one
	uid_validity BIGINT NOT NULL
) WITHOUT ROWID;
