/*
 * spf_record.h - reading an SPF record (RFC 7208 4.6, 5, 6)
 *
 * spf_record_parse checks the syntax of the whole record, as RFC 7208 4.6 wants it before
 * anything is evaluated; then take_spf_directive walks over the mechanisms. Nothing is
 * allocated: all slices are the record's.
 */
#pragma once

#include "base/ip.h"
#include "mailauth/spf.h"

enum { SPF_RECORD_MAX = 16384 }; /* octets; RFC 7208 3.4 recommends 450 */

enum spf_mechanism {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS,
};

struct spf_directive {
	enum spf_mechanism mechanism;
	enum spf_result qualifier; /* what a match gives */
	slice text;                /* as written, without its qualifier */
	slice domain_spec;         /* still with macros; empty: the current domain */
	struct ip network;         /* of ip4 and ip6 */
	uint8_t bits4, bits6;      /* prefix lengths by the client's family */
};

struct spf_record {
	slice terms;         /* all behind the version */
	slice redirect, exp; /* domain-specs; empty: none */
	bool has_all;        /* then redirect is ignored (RFC 7208 6.1) */
};

/* Begins with the version section (RFC 7208 4.5). */
bool is_spf_record(slice text);
/* False for any fault of syntax; *ret_fault is then the term, or the whole text where it
 * is no record or too long. */
bool spf_record_parse(slice text, struct spf_record *ret, slice *ret_fault);
/* The next directive of a parsed record's terms; false at the end. */
bool take_spf_directive(slice *terms, struct spf_directive *ret);
