/*
 * fake_test.h - a resolver for tests: this test program, started once more
 *
 * It answers by the first label: `found` an address, `pid` a TXT with its
 * process id, `big` a TXT of FAKE_BIG octets, `gone` with NO_NAME, `silent`
 * never; at `die` it ends, at `bad` it sends what is no frame. All else is
 * found too.
 */
#pragma once

#include "base/buf.h"
#include "dns/dns.h"

enum { FAKE_BIG = 50'000 };

/* A client of the fake, and a loop to ask it from. */
struct fake {
	struct loop *loop;
	struct dns *dns;
};

void fake_start(struct fake *f);
void fake_stop(struct fake *f);

/* A question, and once it is done its answer, which answer_done frees. */
struct asked {
	struct dns_query query;
	struct task start;
	struct dns *dns;
	struct dns_answer *answer;
	_Atomic int done;
};

void asked_start(struct fake *f, struct asked *a, enum dns_type type, const char *name,
		 int64_t wait_ms); /* 0: as long as may be */
/* The answer, for the caller to free. */
struct dns_answer *asked_wait(struct asked *a);
struct dns_answer *fake_ask(struct fake *f, enum dns_type type, const char *name,
			    int64_t wait_ms);
/* Waits until *counter is n; fails the test after some seconds. */
void wait_until(_Atomic int *counter, int n);
