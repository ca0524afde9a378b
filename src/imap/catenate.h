/*
 * catenate.h - what a message URL names, for a message that is put together (RFC 4469)
 */
#pragma once

#include "imap/names.h"
#include "store/incoming.h"

struct account;

/* In a job: adds the octets. ERR_NOT_FOUND: the URL names nothing of the account;
 * ERR_LIMIT: the message would have more than max octets. */
enum err catenate_url(struct account *a, const struct names *names, slice url,
		      uint64_t max, struct incoming *to);
/* Appends "BADURL url", with what cannot stand in a response code percent-encoded. */
void bad_url_write(slice url, struct buf *out);
