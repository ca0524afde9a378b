/*
 * report_consent.h - to whom reports about a domain may be sent
 *
 * What the domain's DNS asks for now, not what it asked for when mail came: rua of its
 * DMARC record (RFC 9990 3.5), or of its record for TLS reports (RFC 8460 3). An address
 * in another organization must have agreed to get DMARC's (RFC 9990 4), so that nobody
 * can have a victim flooded. Restartable (docs/architecture.md).
 */
#pragma once

#include "base/arena.h"
#include "base/dns_answer.h"

enum {
	REPORT_TARGETS_MAX = 5,           /* of a domain; more are passed over */
	REPORT_CONSENT_ARENA_MAX = 65536, /* octets: sufficient for any call */
};

/* Slices live in the arena or in the answers. */
struct report_targets {
	slice addresses[REPORT_TARGETS_MAX]; /* of mailto: */
	uint32_t address_count;
	slice urls[REPORT_TARGETS_MAX]; /* of https: */
	uint32_t url_count;
	bool is_in_trouble; /* the DNS did not answer: there may be more of them */
};

/* Both: true: *ret holds; false: *ret_lacking is to be asked, then call again. domain is
 * a name in A-labels: of a DMARC record, or that mail is sent to. The arena may be reset
 * before each call. */
bool report_consent_dmarc(slice domain, const struct dns_answers *known,
			  struct arena *arena, struct report_targets *ret,
			  struct dns_question *ret_lacking);
bool report_consent_tls(slice domain, const struct dns_answers *known,
			struct arena *arena, struct report_targets *ret,
			struct dns_question *ret_lacking);
