/*
 * reverse.h - the names that an address has in the DNS and that lead back to it
 *
 * The validated names of RFC 7208 5.5, which SPF's ptr and %{p} go by, and the iprev
 * method of RFC 8601 3. Restartable (docs/architecture.md).
 */
#pragma once

#include "base/arena.h"
#include "base/dns_answer.h"
#include "base/ip.h"

enum { REVERSE_NAMES_MAX = 10 }; /* of the PTR records looked at (RFC 7208 4.6.4) */

enum iprev_result { IPREV_PASS, IPREV_FAIL, IPREV_TEMPERROR, IPREV_PERMERROR };

struct reverse {
	enum dns_status status;         /* of the PTR question */
	slice names[REVERSE_NAMES_MAX]; /* the validated ones; the answers' */
	uint32_t count;
	bool trouble; /* some name's address could not be had */
};

/* False: *ret_lacking is to be asked, then call again. Its name lives in the arena, the
 * names found in the answers known. */
bool reverse_find(struct ip ip, const struct dns_answers *known, struct arena *arena,
		  struct reverse *ret, struct dns_question *ret_lacking);

/* The result of RFC 8601 2.7.3; its policy.iprev property is the address. */
enum iprev_result iprev_result(const struct reverse *r);
slice iprev_result_name(enum iprev_result r); /* "pass", "fail", ... */
