/*
 * spf.h - may this host send mail in that domain's name? (RFC 7208, RFC 8616 4)
 *
 * check_host() of RFC 7208 4 as a restartable function (docs/architecture.md): it
 * evaluates from the beginning with the answers known so far, until it has a result or
 * lacks one more. The same answers always give the same verdict. What is done with it is
 * the caller's.
 *
 * Limits, each a permerror (RFC 7208 4.6.4): SPF_LOOKUPS_MAX terms that ask the DNS,
 * SPF_VOIDS_MAX of them without an answer, SPF_HOSTS_MAX hosts of an mx; of PTR records
 * the first REVERSE_NAMES_MAX are looked at. Beyond the RFC: a record of more than
 * SPF_RECORD_MAX octets, more addresses or TXT records than are kept of an answer.
 */
#pragma once

#include "base/arena.h"
#include "base/dns_answer.h"
#include "base/ip.h"

enum {
	SPF_LOOKUPS_MAX = 10,
	SPF_VOIDS_MAX = 2,
	SPF_HOSTS_MAX = 10,
	SPF_EXPLANATION_MAX = 1024, /* octets; a longer one is left out */
	SPF_ARENA_MAX = 65536,      /* octets: sufficient for any call */
};

enum spf_result { /* RFC 7208 2.6 */
		  SPF_NONE,
		  SPF_NEUTRAL,
		  SPF_PASS,
		  SPF_FAIL,
		  SPF_SOFTFAIL,
		  SPF_TEMPERROR,
		  SPF_PERMERROR,
};

enum spf_identity { SPF_MAIL_FROM, SPF_HELO };

struct spf_request {
	enum spf_identity identity;
	struct ip ip; /* the client's */
	slice helo;   /* as the client gave it */
	slice local,
		domain; /* of MAIL FROM, unquoted; both empty for <>, which is
			   postmaster at helo (RFC 7208 2.4). Not used for SPF_HELO. */
	slice receiver; /* our host's name */
	int64_t now;    /* UNIX seconds */
};

/* Slices are the request's, the answers' or the arena's, all until it is reset. */
struct spf_verdict {
	enum spf_result result;
	slice domain;    /* the one checked, in A-labels */
	slice mechanism; /* of that domain's record, which matched, as written; else empty
			  */
	slice problem;   /* of an error or none: what is wrong... */
	slice culprit;   /* ... and the name or term where */
	slice explanation; /* the domain's own words on a fail: printable ASCII, or empty
			    */
};

/* True: *ret is the verdict. False: *ret_lacking is to be asked, then call again; its
 * name lives in the arena or in the answers. The arena may be reset before each call. */
bool spf_check(const struct spf_request *r, const struct dns_answers *known,
	       struct arena *arena, struct spf_verdict *ret,
	       struct dns_question *ret_lacking);

slice spf_result_name(enum spf_result r); /* "pass", "softfail", ... */
