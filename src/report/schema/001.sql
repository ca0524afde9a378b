-- What reports to other domains are made of, and the reports that came. ledger.h explains.

-- Counted until its period is over and the report has been sent.
CREATE TABLE tally (
	id INTEGER PRIMARY KEY,
	kind BIGINT NOT NULL,            -- enum report_kind
	domain TEXT NOT NULL,            -- whom the report is about
	begin_at BIGINT NOT NULL,        -- the period, UNIX seconds
	end_at BIGINT NOT NULL,
	policy TEXT NOT NULL,
	entry TEXT NOT NULL,
	count BIGINT NOT NULL
);
CREATE UNIQUE INDEX tally_entry ON tally (kind, domain, begin_at, end_at, policy, entry);
CREATE INDEX tally_due ON tally (end_at, kind, domain, begin_at);

-- One report of somebody else about a domain of ours.
CREATE TABLE received (
	id INTEGER PRIMARY KEY,
	kind BIGINT NOT NULL,
	domain TEXT NOT NULL,
	reporter TEXT NOT NULL,
	name TEXT NOT NULL,              -- that its reporter gave it
	received_at BIGINT NOT NULL,     -- UNIX seconds
	json TEXT NOT NULL
);
CREATE UNIQUE INDEX received_name ON received (kind, domain, reporter, name);

