-- What asked for a later release, as a report tells it (RFC 4865 5.1.2); empty: nothing.
ALTER TABLE message ADD COLUMN hold TEXT NOT NULL DEFAULT '';
