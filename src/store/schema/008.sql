-- To which messages an email refers that were not there when it came: they find its thread
-- by it (thread_choice.h).
CREATE TABLE awaited (
	email BIGINT NOT NULL,
	message_key BIGINT NOT NULL,     -- as email's
	PRIMARY KEY (email, message_key)
) WITHOUT ROWID;
CREATE INDEX awaited_by_message_key ON awaited (message_key);
