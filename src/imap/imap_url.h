/*
 * imap_url.h - URLs of messages and of parts of them (RFC 5092; PARTIAL: RFC 5550)
 *
 * Only those that CATENATE can use: absolute paths without a server, for the
 * messages are those of the account that the session has (RFC 4469 3).
 */
#pragma once

#include "imap/section.h"

struct imap_url {
	slice mailbox; /* as it would be sent by a client that has enabled UTF-8 */
	uint32_t uid_validity; /* 0: not told */
	uint32_t uid;
	struct section section;
	uint64_t offset, octets; /* UINT64_MAX octets: to the end */
};

/* "/" mailbox [";UIDVALIDITY=" n] "/;UID=" n ["/;SECTION=" s] ["/;PARTIAL=" n ["." n]].
 * Everything returned lives in the arena. */
bool imap_url_parse(slice url, struct arena *arena, struct imap_url *ret);
