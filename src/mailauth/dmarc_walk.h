/*
 * dmarc_walk.h - the DNS tree walk (RFC 9989 4.10)
 *
 * From a domain upwards by its labels: which of the names have a policy record, which is
 * its organizational domain.
 */
#pragma once

#include "mailauth/dmarc.h"

struct dmarc_step {
	slice domain;
	bool has_record;
	struct dmarc_record record;
};

struct dmarc_walk {
	struct dmarc_step steps[DMARC_WALK_MAX]; /* the domain itself first */
	uint32_t count;
};

enum dmarc_found { DMARC_KNOWN, DMARC_LACKING, DMARC_IN_TROUBLE };

/* The record of one domain. LACKING: *ret_lacking is to be asked. */
enum dmarc_found dmarc_find_record(slice domain, const struct dns_answers *known,
				   struct arena *arena, struct dmarc_step *ret,
				   struct dns_question *ret_lacking);
/* The whole walk; the domain is a valid name. */
enum dmarc_found dmarc_walk(slice domain, const struct dns_answers *known,
			    struct arena *arena, struct dmarc_walk *ret,
			    struct dns_question *ret_lacking);
/* RFC 9989 4.10.2. */
slice dmarc_organizational(const struct dmarc_walk *w);
/* The step whose record is the policy of the walk's first domain (RFC 9989 4.10.1), or
 * NULL. */
const struct dmarc_step *dmarc_policy_step(const struct dmarc_walk *w);
