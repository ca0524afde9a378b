/*
 * quota.h - what an account may hold, and what it holds (RFC 9208 3.1)
 *
 * Limits stand in the directory: an account's own, or the site's where it has
 * none. They are looked up when something is to be added, so a change counts
 * at once. An account that holds more than it may keeps what it has.
 */
#pragma once

#include "store/account.h"

enum { QUOTA_NONE = -1, QUOTA_OF_SITE = -2 };

struct quota {
	int64_t storage;  /* octets of all messages with their prefixes; or QUOTA_* */
	int64_t messages; /* in all mailboxes; or QUOTA_* */
};

/* For accounts without limits of their own; none is QUOTA_OF_SITE. From any thread. */
void quota_set_site(struct store *s, const struct quota *limits);
/* What counts for an account; none is QUOTA_OF_SITE. From any thread. */
struct quota quota_limits(struct store *s, int64_t account);

/* What all mailboxes hold. */
enum err quota_usage(struct account *a, struct quota *ret);
/* Whether that much may be added: ERR_LIMIT when it passes a limit, ERR_LATER on a full
 * disk. */
enum err quota_check(struct account *a, uint64_t octets, uint64_t messages);
