/*
 * test_host.h - a host for tests and fuzz targets: takes mail for two users and checks
 *               that the engine calls in order; test_drive.h does the rest
 *
 * jo@example.test (password "secret") and ann@example.test are here, and <postmaster>.
 * later@example.test and a login as "later" cannot be decided now; a message that holds
 * "X-Later" cannot be kept; the sender <refused@example.test> is refused.
 */
#pragma once

#include "base/engine.h"
#include "smtp/server.h"

enum { TEST_BUF_MAX = 64 * 1024 * 1024 };

enum test_stage { STAGE_IDLE, STAGE_MAIL, STAGE_DATA, STAGE_END, STAGE_ANSWERED };

struct test_host {
	struct smtp_config config;
	struct smtp_server *server;
	enum {
		ASKED_NOTHING,
		ASKED_REPLY,
		ASKED_RECIPIENTS,
		ASKED_AUTH,
		ASKED_LOGIN
	} asked;
	struct smtp_reply reply;
	struct sasl_server *exchange;
	enum err login;
	enum test_stage stage;
	uint32_t recipients, accepted; /* of this transaction; messages taken */
	bool data_begin_fails, data_fails;
	bool is_sandbox;             /* any login is good */
	struct buf events;           /* "mail rcpt data end answered reset " */
	struct buf content;          /* of the message in hand */
	struct buf accepted_content; /* of all that were taken, each with "|" behind it */
	struct buf said;             /* all the output */
};

extern const struct smtp_host test_host_ops; /* its host is a struct test_host */

void test_require(bool condition); /* or abort, for fuzz targets */
void test_host_init(struct test_host *h);
/* Frees the engine first: it may have something to say. */
void test_host_done(struct test_host *h);
