/*
 * finding.h - what is found of a signature, in the words of RFC 8601 2.7.1
 *
 * A function that looks at one aspect returns DKIM_PASS when it has nothing
 * against the signature; the first other finding is the signature's result.
 * How the PERMFAIL of RFC 6376 3.9 is told apart: what cannot be read or is of
 * a kind not known here is neutral, what verified to be wrong is fail, what the
 * sender's keys or fields do not allow is permerror, and what goes past our own
 * limits is policy.
 */
#pragma once

#include "base/slice.h"

enum dkim_verdict {
	DKIM_PASS,
	DKIM_FAIL,
	DKIM_NEUTRAL,
	DKIM_TEMPERROR, /* the DNS did not answer: try again later */
	DKIM_PERMERROR,
	DKIM_POLICY,
};

struct dkim_finding {
	enum dkim_verdict verdict;
	const char
		*reason; /* static; NULL for a pass. Without ( ) \ and " : fits a comment
			  */
};

/* "pass", "fail", ...: as Authentication-Results writes it. */
slice dkim_verdict_name(enum dkim_verdict verdict);
