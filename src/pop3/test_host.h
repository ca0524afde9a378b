/*
 * test_host.h - a host for tests: the accounts of tests/dialogues/README.md on a
 *               temporary store; a sandbox takes any login
 */
#pragma once

#include "pop3/pop3.h"
#include "store/test_accounts.h"

enum { TEST_SESSIONS_MAX = 10 };

struct test_host;

struct test_session {
	struct test_host *host;
	struct pop3 *pop3;
	struct sasl_server *asks; /* for an answer to its question */
	char user[64];            /* asks to be authorized */
};

struct test_host {
	struct test_accounts accounts;
	struct pop3_config config;
	struct tls_facts tls;
	bool is_tls, is_sandbox;
	int64_t now;
	enum err failure; /* of all jobs */
	struct test_session sessions[TEST_SESSIONS_MAX];
	size_t session_count;
	unsigned jobs; /* run so far */
};

void test_host_init(struct test_host *h);
void test_host_done(struct test_host *h); /* after its engines were freed */
struct engine *test_host_connect(struct test_host *h);
/* Runs jobs and answers questions until no session waits for one. */
void test_host_work(struct test_host *h);
/* A message arrives for a user. */
void test_host_deliver(struct test_host *h, slice user, slice message);
