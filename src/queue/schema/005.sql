-- What a login lets wait for its time (RFC 4865 6); held.h.
CREATE INDEX message_released ON message (login COLLATE NOCASE, release_at, size)
	WHERE release_at > 0;
