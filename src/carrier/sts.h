/*
 * sts.h - finds the MTA-STS policy of a domain that mail goes to (RFC 8461)
 *
 *   READ    what the queue's database knows of it
 *   ASK     the DNS for the policy's id; if it is a new one, for the policy host
 *   FETCH   the new policy by HTTPS
 *   KEEP    it, or that it could not be had
 *
 * Whatever fails, a policy seen before holds until it expires; without one there is no
 * policy (RFC 8461 5.1). What could not be fetched is not asked for again for
 * STS_RETRY_S.
 *
 * All on the dispatcher's loop.
 */
#pragma once

#include "carrier/outgoing_private.h"
#include "dns/resolve.h"
#include "fetch/fetch.h"
#include "mailauth/mta_sts.h"
#include "queue/policy.h"

enum {
	STS_RETRY_S = 300,
	STS_FETCH_MS = 60 * 1000, /* RFC 8461 3.3 suggests a minute */
	STS_ARENA_MAX = 2 * MTA_STS_POLICY_MAX + 4096,
};

struct sts_search {
	struct outgoing_mail *all;
	void (*done)(struct sts_search *s); /* never from inside sts_start */
	struct mta_sts_policy policy;       /* mode NONE: there is none */
	/* Why a new one could not be had just now, as RFC 8460 4.3.2.2 calls it, and in
	 * words; or NULL. */
	const char *failure;
	slice failure_why;

	/* The module's own. */
	slice domain, record_name;
	slice id; /* that the DNS says; empty: none */
	struct kept_policy kept;
	struct arena arena; /* of all these */
	struct dns_resolve resolve;
	struct dns_answers answers;
	struct dns_budget budget;
	struct mx_request host;
	struct mx_result places; /* of the policy host */
	struct arena places_arena;
	struct fetch fetch;
	struct job job;
	struct ticket ticket;
};

/* It is the owner's until done, and after that until sts_end. */
void sts_start(struct sts_search *s, struct outgoing_mail *o, slice domain,
	       void (*done)(struct sts_search *s));
void sts_end(struct sts_search *s); /* frees what it holds, the policy's text with it */
