-- What is known of other domains' MTA-STS policies (RFC 8461); policy.h explains.
CREATE TABLE sts_policy (
	domain TEXT NOT NULL PRIMARY KEY, -- in lower case
	id TEXT NOT NULL,                -- of the policy kept; empty: there is none
	policy TEXT NOT NULL,            -- its file
	expires BIGINT NOT NULL,         -- UNIX seconds
	tried_id TEXT NOT NULL,          -- that could not be fetched, or empty
	tried BIGINT NOT NULL            -- UNIX seconds: when
) WITHOUT ROWID;
