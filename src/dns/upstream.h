/*
 * upstream.h - who the resolver process asks: libunbound, or one trusted server
 *
 * libunbound (unbound.c) resolves from the root or through servers, and
 * validates. It clears the AD bit of what it is told, so mode trust-ad has a
 * small client of its own (stub.c). Both live in the resolver process only, on
 * its libevent base.
 */
#pragma once

#include "base/buf.h"
#include "dns/name.h"
#include "dns/settings.h"

struct event_base;

enum security { INSECURE, SECURE, BOGUS };

/* One question; embedded by the asker, who keeps it until done. */
struct lookup {
	struct wire_name name;
	enum dns_type type;
	/* An empty message: no answer could be had. May come from within ask. */
	void (*done)(struct lookup *l, enum security s, slice message);
};

struct upstream {
	void (*ask)(struct upstream *u, struct lookup *l);
};

/* They live as long as the process. NULL: fault says why. Files are read and all else
 * that takes privileges is done before they return. */
struct upstream *unbound_new(const struct dns_settings *s, struct event_base *base,
			     struct buf *fault);
struct upstream *stub_new(const struct dns_settings *s, struct event_base *base,
			  struct buf *fault);
