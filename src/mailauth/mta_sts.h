/*
 * mta_sts.h - MTA-STS records and policy files (RFC 8461 3, 4.1)
 *
 * Only their reading: what to do with a policy, fetching and keeping it are the
 * caller's. Nothing is allocated; a policy borrows the text it was read from.
 */
#pragma once

#include "base/dns_answer.h"

enum {
	MTA_STS_POLICY_MAX = 65536,       /* octets of a policy file (RFC 8461 3.3) */
	MTA_STS_MAX_AGE_MAX = 31'557'600, /* seconds; more counts as that many */
	MTA_STS_ID_MAX = 32,
};

enum mta_sts_mode { MTA_STS_NONE, MTA_STS_TESTING, MTA_STS_ENFORCE };

struct mta_sts_policy {
	enum mta_sts_mode mode;
	uint32_t max_age_seconds;
	slice text; /* of the whole file, with the mx patterns in it */
};

/* The id of the one valid record among the TXT records of _mta-sts.DOMAIN; false: the
 * domain has no policy to fetch. */
bool mta_sts_find_id(const struct dns_answer *txt, slice *ret);

/* False for a file that breaks the grammar, lacks a field or is too long. Unknown fields
 * are passed over; of a field that occurs twice the first counts. */
bool mta_sts_policy_parse(slice text, struct mta_sts_policy *ret);
/* Whether one of the policy's patterns allows the MX host (RFC 8461 4.1). */
bool mta_sts_allows(const struct mta_sts_policy *p, slice host);
/* The patterns one by one, as a report lists them (RFC 8460 4.3): *rest starts as the
 * policy's text. */
bool mta_sts_take_mx(slice *rest, slice *ret);
