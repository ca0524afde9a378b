/*
 * dns.h - asking the DNS, from any loop
 *
 * Questions go to a resolver process of our own (child.h, resolver.h), for its
 * library reads what strangers send. A thread of this module's own speaks to
 * it, keeps a cache, and asks a question that several have only once.
 *
 * Every question is answered, by its deadline at the latest, and then with
 * DNS_TROUBLE; so is one that a dying resolver had DNS_TRIES times. A name that
 * cannot exist (an empty label, too long) is answered DNS_NO_NAME.
 *
 * dns_resolve.h asks for whoever decides by answers.
 */
#pragma once

#include "base/buf.h"
#include "base/dns_answer.h"
#include "dns/settings.h"
#include "net/loop.h"

enum {
	DNS_QUESTION_MS = 5000, /* the most one question may take */
	DNS_PENDING_MAX = 2000, /* different questions at once; more are DNS_TROUBLE */
	DNS_TRIES = 3,
};

struct dns;

/* command: the argv of the resolver, NULL for this program with the verb `resolver`.
 * Settings and command are copied or, the command, outlive it. NULL: fault says why. */
struct dns *dns_new(const struct dns_settings *settings, char *const *command,
		    struct buf *fault);
/* Once the loops that ask have ended; what is still unanswered is answered by their
 * loop_free. */
void dns_free(struct dns *d);

/* A question on its way: embedded by its owner, who keeps it, and the name's octets,
 * until it is answered. There is no way to take it back: it ends soon by itself. */
struct dns_query {
	struct dns_question question;
	struct loop *loop;   /* of the owner, where it asks and is answered */
	int64_t deadline_ms; /* of clock_monotonic_ms(); 0: in DNS_QUESTION_MS */
	/* The answer lives until it returns; the query may be freed or asked again. */
	void (*answered)(struct dns_query *q, const struct dns_answer *a);

	/* The module's own. */
	struct dns *dns;
	struct dns_answer *answer;
	struct list_link link;
	struct timer timer;
	struct task task;
};

/* Answered later in the turn or in another one, never from inside the call. */
void dns_ask(struct dns *d, struct dns_query *q);

/* The answer where it is known already, for the caller to free(), else NULL. */
struct dns_answer *dns_known(struct dns *d, struct dns_question q);
