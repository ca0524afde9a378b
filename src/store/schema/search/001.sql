-- One account's search index: derived from its mail, deletable at any time.

CREATE TABLE state (
	id BIGINT NOT NULL PRIMARY KEY,
	mark BIGINT NOT NULL,          -- account.search_mark, once it is written there
	mark_before BIGINT NOT NULL,   -- what it was before
	done BIGINT NOT NULL,          -- emails up to this id are indexed
	done_before BIGINT NOT NULL    -- with mark_before
) WITHOUT ROWID;

CREATE TABLE segment (
	first BIGINT NOT NULL PRIMARY KEY, -- it is about emails with ids from here
	last BIGINT NOT NULL,              -- to here
	count BIGINT NOT NULL,
	is_full BIGINT NOT NULL,           -- no more than this goes into one
	emails BLOB NOT NULL               -- index_segment.h
) WITHOUT ROWID;

CREATE TABLE block (
	id INTEGER PRIMARY KEY,            -- of its segment and a number
	terms BLOB NOT NULL,
	postings BLOB NOT NULL
);
