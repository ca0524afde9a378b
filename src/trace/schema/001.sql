-- What happened to messages, in the order of time. recorder.h explains.

-- Written once, removed when its time is over.
CREATE TABLE segment (
	id INTEGER PRIMARY KEY,
	last_ms BIGINT NOT NULL,         -- of its latest record, UNIX milliseconds
	size BIGINT NOT NULL,            -- octets unpacked
	packed BIGINT NOT NULL,          -- 1: by zstd
	records BLOB NOT NULL            -- record.h
);

-- Apart, so that a search reads these alone.
CREATE TABLE segment_key (
	segment INTEGER PRIMARY KEY,
	hashes BLOB NOT NULL             -- 8 octets for each key of each record
);
