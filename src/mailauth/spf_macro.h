/*
 * spf_macro.h - macros in SPF records and explanations (RFC 7208 7)
 *
 * %{d2}, %{ir}, %{L}: texts that stand for facts of the message or the connection.
 * Nothing asks the DNS: whoever expands a text with %{p} finds the validated name first.
 * Linear time, no recursion; what an expansion may grow to is its buffer's maximum.
 */
#pragma once

#include "base/buf.h"
#include "base/ip.h"

struct spf_facts {
	slice local, sender_domain; /* s, l, o */
	slice domain;               /* d: the one whose record is evaluated */
	slice helo;                 /* h */
	struct ip ip;               /* i, c, v */
	slice validated;            /* p; empty: "unknown" */
	slice receiver;             /* r; empty: "unknown" */
	int64_t now;                /* t: UNIX seconds */
};

enum spf_text {
	SPF_DOMAIN_SPEC,  /* ends with a macro or a top label; not c, r, t */
	SPF_MACRO_STRING, /* no SP */
	SPF_EXPLANATION,
};

/* Whether text is what kind says. An empty one is no SPF_DOMAIN_SPEC. */
bool spf_text_valid(slice text, enum spf_text kind);
/* Whether a valid text names the macro letter, which is lower case, in either case. */
bool spf_text_uses(slice text, char letter);
/* Appends the expansion of a valid text; false when out is full. */
bool spf_text_expand(slice text, const struct spf_facts *facts, struct buf *out);
