/*
 * token_check.h - finds out whose a bearer token is: by keys of ours, or from its issuer
 *
 * With [oauth] keys a JWT is verified on a worker, which reads the file each time: so a
 * changed one counts at once, and threads share nothing. Of any other token the issuer
 * is asked at [oauth] introspection (token_inquiry.h), on the loop of whoever waits.
 *
 * What could not be found out is ERR_LATER: the keys or the issuer are out of reach, the
 * server stops, or more than TOKENS_WAITING_MAX wait already. The cause is logged here,
 * the token never.
 */
#pragma once

#include "config/config.h"
#include "dns/dns.h"
#include "fetch/fetch.h"
#include "net/workers.h"
#include "sasl/token.h"

enum { TOKENS_WAITING_MAX = 64 };

/* One for the process. */
struct token_checks {
	struct dns *dns;
	struct workers *workers;
	struct token_lane *lanes; /* one a loop */
	unsigned lane_count;
	_Atomic int waiting;
};

struct token_lane {
	struct loop *loop;
	struct fetches fetches;
};

/* Whether tokens can be checked at all. */
bool token_checks_are_configured(const struct config *c);

void token_checks_init(struct token_checks *all, struct dns *dns, struct workers *w,
		       struct loop *const *loops, unsigned loop_count);
void token_checks_done(struct token_checks *all); /* after the loops' end */

/* One; its owner keeps it and the token until done. */
struct token_check {
	struct token_checks *all;
	const struct config *config;
	struct loop *loop; /* the owner's */
	slice token;
	void *owner;
	void (*done)(struct token_check *k); /* never from inside the start */
	struct token_verdict verdict;

	/* The module's own. */
	struct work work;
	struct task task;
};

void token_check_start(struct token_check *k);

/* Reads the file of keys. NULL: fault says why, a line for a person. */
struct jwk_set *token_keys_load(const char *path, struct buf *fault);
