/*
 * dmarc.h - did the author's domain let this message be sent? (RFC 9989)
 *
 * Finds the policy of the author domain by the DNS tree walk and aligns the identifiers
 * that SPF and DKIM authenticated with it. There is no list of public suffixes.
 * Restartable (docs/architecture.md), with at most DMARC_WALK_MAX questions a domain.
 * What is done with a message that fails, local policy and reports are the caller's.
 */
#pragma once

#include "base/arena.h"
#include "base/dns_answer.h"
#include "mailauth/dmarc_record.h"
#include "message/mime.h"

enum {
	DMARC_WALK_MAX = 8,         /* questions of one walk (RFC 9989 4.10) */
	DMARC_IDENTIFIERS_MAX = 16, /* DKIM identifiers that are looked at */
	DMARC_ARENA_MAX = 131072,   /* octets: sufficient for any call */
};

enum dmarc_result {
	DMARC_NO_POLICY, /* "none": DMARC does not apply */
	DMARC_PASS,
	DMARC_FAIL,
	DMARC_TEMPERROR, /* the DNS did not answer what had to be known */
};

struct dmarc_identifier {
	slice domain;
	bool pass; /* only then it is authenticated */
};

struct dmarc_request {
	slice author;                /* domain of the only From address; U-labels pass */
	struct dmarc_identifier spf; /* of the MAIL FROM identity */
	const struct dmarc_identifier *dkim;
	uint32_t dkim_count;
};

/* Slices live in the arena or in the answers. */
struct dmarc_verdict {
	enum dmarc_result result;
	slice author;                /* in A-labels */
	slice policy_domain;         /* whose record it is; empty: none was found */
	struct dmarc_record record;  /* of policy_domain */
	enum dmarc_policy published; /* what it says of the author domain */
	enum dmarc_policy policy;    /* to apply: on a fail the published one, or one step
					below for t=y; else none */
	bool spf_aligned, dkim_aligned; /* passed, and aligned */
};

/* True: *ret is the verdict. False: *ret_lacking is to be asked, then call again; its
 * name lives in the arena. The arena may be reset before each call. */
bool dmarc_check(const struct dmarc_request *r, const struct dns_answers *known,
		 struct arena *arena, struct dmarc_verdict *ret,
		 struct dns_question *ret_lacking);

/* The one domain in the From field of the message whose root part is given, in the arena
 * (RFC 9989 5.3.1). False when it has several, or there is not exactly one field: then
 * DMARC cannot be applied, and what to do is local policy (RFC 9989 11.5). */
bool dmarc_find_author(const struct mime_part *root, struct arena *arena, slice *ret);

slice dmarc_result_name(enum dmarc_result r); /* "none", "pass", ... */
