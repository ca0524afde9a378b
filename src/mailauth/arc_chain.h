/*
 * arc_chain.h - the ARC Sets of a message, and whether they make a chain
 *
 * RFC 8617 5.2 steps 1 to 3: everything that needs neither key nor body.
 */
#pragma once

#include "mailauth/field_hash.h"
#include "mailauth/signature.h"

struct arc_set {
	const struct signed_field *results, *message, *seal;
	slice payload; /* of results, behind "i=N;" */
};

struct arc_chain {
	struct arc_set sets[ARC_INSTANCES_MAX]; /* that of instance i is sets[i - 1] */
	uint32_t count;                         /* the highest instance seen */
	bool present;      /* there is an ARC field, though perhaps a malformed one */
	bool closed;       /* the newest seal says cv=fail: nothing may follow */
	const char *fault; /* static; NULL when the structure is valid */
};

/* Fields are the list's. */
void arc_chain_collect(const struct header_list *list, struct arc_chain *ret);

/* The hash of a seal: over the fields of sets first to last, the last without its
 * seal, and then own, which is that seal (RFC 8617 5.1.1). */
void arc_chain_hash(const struct arc_set *first, const struct arc_set *last,
		    const struct signed_field *own, uint8_t digest[static SHA256_OCTETS]);
