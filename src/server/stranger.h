/*
 * stranger.h - what the DNS says of a client that nobody here knows
 *
 * Two policies of [smtp], both off by default: lists that name it (dnsbl, RFC 5782), and
 * a name of its own (reverse-dns: that it has one, or one that leads back to it, RFC 8601
 * 3). Asked once a session, at the first MAIL, and held against every recipient but
 * postmaster (RFC 5321 4.5.1): whoever is refused by mistake can say so there. Trouble
 * with the DNS refuses nobody.
 */
#pragma once

#include "dns/resolve.h"
#include "server/session.h"

struct stranger {
	struct session *session; /* without conn: the peer has gone, nobody waits */
	void (*finished)(struct stranger *s);
	bool is_running;

	/* The module's own. */
	struct netaddr known; /* the peer about whom all is known; or none */
	slice zone;           /* of the list that names it; the configuration's */
	bool is_nameless;
	struct arena arena;
	struct dns_answers answers;
	struct dns_budget budget;
	struct dns_resolve resolve;
};

/* Whether stranger_start is to be called before a recipient is taken. session and
 * finished were set, the rest was zero at first. */
bool stranger_is_unknown(const struct stranger *s);
/* The owner keeps it until finished, which is never called from within. */
void stranger_start(struct stranger *s);
/* Not while it runs; harmless if it never did. */
void stranger_done(struct stranger *s);

/* Why mail is refused, with its enhanced status code; false: it is not. */
bool stranger_is_refused(const struct stranger *s, slice *ret_enhanced,
			 struct buf *ret_text);
