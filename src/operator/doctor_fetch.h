/*
 * doctor_fetch.h - does a domain's MTA-STS policy say what it should? (RFC 8461 3.2)
 *
 * Fetches it as other servers do, from the addresses that the DNS gave, and holds it
 * against the domain's MX records.
 */
#pragma once

#include "fetch/fetch.h"
#include "operator/doctor.h"

struct policy_probe {
	struct doctor *doctor;
	void (*ended)(void *context);
	void *context;
	struct fetch fetch;
};

/* d has decided, and its answers are still known. False: there is nothing to fetch.
 * Else findings go to d, then ended(context) is called, never from inside; p is its
 * owner's until then. */
bool policy_probe_start(struct policy_probe *p, struct fetches *fetches, struct doctor *d,
			void (*ended)(void *context), void *context);
