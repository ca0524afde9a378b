/*
 * routing.h - where a recipient's mail goes: the policy, without I/O
 *
 * A domain is ours when the configuration has a section for it, when an account
 * or alias lives in it, or when it is the host name itself. In our domains an
 * address is looked for as it stands, then without its +detail (the domain's delimiter
 * says what begins one), then the
 * domain's catch-all; postmaster is always somebody (RFC 5321 4.5.1). Nothing
 * in a local part is ever read as a further route: user%there, there!user and
 * "user@there" are unknown users like any other.
 */
#pragma once

#include "base/arena.h"
#include "config/config.h"
#include "store/directory.h"

enum {
	ROUTE_TARGETS_MAX = 1000, /* that one recipient may become, through aliases */
	ROUTE_ALIAS_DEPTH_MAX = 10,
	ROUTE_ARENA_MAX = 1024 * 1024, /* octets: a sufficient arena for any route */
};

enum route_kind {
	ROUTE_LOCAL,   /* accounts of this server */
	ROUTE_REMOTE,  /* a domain that is not ours */
	ROUTE_UNKNOWN, /* our domain, nobody there: 550 5.1.1 */
	ROUTE_LOOP,    /* aliases that lead nowhere or to too many */
	ROUTE_REFUSED, /* the domain wants no mail for it */
};

struct route {
	enum route_kind kind;
	const int64_t *accounts; /* each once */
	uint32_t account_count;
	const slice *remote; /* addresses elsewhere that an alias of ours leads to */
	uint32_t remote_count;
	/* The alias that was written to, or empty, and who is to hear of its troubles:
	 * owner-ALIAS where there is such an address (RFC 5321 3.9.2), or empty. */
	slice alias, owner;
	bool internal; /* only those who logged in may write to it */
};

/* local: unquoted; an empty domain means <postmaster>. Slices live in the arena. */
void route_recipient(const struct config *c, const struct directory *d, slice local,
		     slice domain, struct arena *arena, struct route *ret);

bool is_our_domain(const struct config *c, const struct directory *d, slice domain);
