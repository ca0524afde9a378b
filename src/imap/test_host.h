/*
 * test_host.h - a host for tests: a temporary store, jobs run on the spot
 *
 * The accounts are those of tests/dialogues/README.md. As a sandbox it takes
 * any login, and the user's name is the root.
 */
#pragma once

#include "imap/imap.h"
#include "store/quota.h"

enum { TEST_SESSIONS_MAX = 10, TEST_ACCOUNTS = 4 };

struct test_host;

struct test_session {
	struct test_host *host;
	struct imap *imap;
	struct sasl_server *asks; /* for an answer to its question */
	char user[64];            /* asks to be authorized */
	bool is_watching;
	int64_t account;               /* the one that is watched, beside its own */
	int64_t others[TEST_ACCOUNTS]; /* and those that NOTIFY watches */
	uint32_t other_count;
	int64_t own;
};

struct test_host {
	struct store *store;
	struct account *accounts[TEST_ACCOUNTS];
	struct imap_config config;
	struct tls_facts tls;
	bool is_tls, is_sandbox;
	struct quota quota;      /* the site's */
	slice hide_from, hidden; /* capabilities that an address is not told of */
	slice jmap;
	slice admin;       /* the address of the user that is one; or empty */
	bool runs_twice;   /* each writing job, its first run being lost with its group */
	bool disk_is_full; /* every commit fails */
	bool has_numbered; /* 1, 2, 3 and so on are addresses of more accounts */
	int64_t now;
	int64_t haste; /* seconds that pass with each look at the clock */
	struct test_session sessions[TEST_SESSIONS_MAX];
	size_t session_count;
};

/* False when there is no store to be had. */
bool test_host_init(struct test_host *h);
void test_host_done(struct test_host *h); /* after its engines were freed */
struct account *test_host_account(struct test_host *h, int64_t id);
struct engine *test_host_connect(struct test_host *h);
/* Runs jobs and answers questions until no session waits for one. */
void test_host_work(struct test_host *h);
