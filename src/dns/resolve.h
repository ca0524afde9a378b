/*
 * resolve.h - runs what decides by DNS answers until it has decided
 *
 * SPF, DKIM, DMARC, routing are restartable: given the answers known so far
 * they decide, or name the question they lack (base/dns_answer.h). This asks
 * it, adds the answer and lets them try again.
 *
 * What one message may cost is a budget that all its deciders share. When a
 * part of it is used up, further questions are answered DNS_TROUBLE at once,
 * as are those whose answers would not fit. Time that only led to DNS_TROUBLE
 * is limited apart: a dead server costs a message no more than that, however
 * many names it asks for.
 */
#pragma once

#include "dns/dns.h"

enum {
	BUDGET_MS = 20'000,
	BUDGET_QUESTIONS = 60,
	BUDGET_OCTETS = 128 * 1024, /* of answers */
	BUDGET_FRUITLESS_MS = DNS_QUESTION_MS,
	BUDGET_REFUSED =
		1000, /* questions past the budget before the decider is given up */
};

struct dns_budget {
	int64_t until_ms;             /* of clock_monotonic_ms() */
	int64_t fruitless_ms;         /* left */
	unsigned questions, refusals; /* left */
	size_t octets;                /* left */
};

/* The message's time begins. */
void dns_budget_init(struct dns_budget *b, int64_t now_ms);

struct dns_resolve {
	/* Set by the owner, who keeps it all until decided. */
	struct dns *dns;
	struct loop *loop; /* where all happens */
	struct dns_answers *answers;
	struct dns_budget *budget;
	/* True: it has decided. False: *ret is the question that it lacks, one that
	 * is not among the answers; its name lives until the next call. */
	bool (*decide)(struct dns_resolve *r, const struct dns_answers *answers,
		       struct dns_question *ret);
	/* The end; never from within dns_resolve_start. gave_up: the decider asked on
	 * and on beyond the budget. */
	void (*decided)(struct dns_resolve *r);
	bool gave_up;

	/* The module's own. */
	struct dns_query query;
	struct task step;
	int64_t asked_ms;
};

void dns_resolve_start(struct dns_resolve *r);
