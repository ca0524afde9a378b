/*
 * caller_test.h - a client of fixture_test.h's protocol, as an engine over conn_connect
 *
 * It says what it is told to, begins TLS at the answer `go`, says more then,
 * and closes at the answer `bye`. What it heard, and how it ended, stands in
 * the struct once caller_run has returned.
 */
#pragma once

#include "base/engine.h"
#include "net/connect.h"

struct caller {
	struct engine engine;
	/* Set by the test. */
	struct outgoing to; /* service is the caller's; addresses may be */
	const char *say, *say_in_tls;
	int64_t timeout_ms; /* 5,000 */

	struct netaddr address; /* room for one */
	struct conn *conn;
	struct buf output, heard;
	enum want want;
	bool opened, tls;
	enum tls_verified verified;
	enum tls_failure failure;
	struct netaddr peer, local;
	const char *why;
	_Atomic int ended;
	struct loop *loop;
	struct task task;
};

/* Connects to port of 127.0.0.1 unless addresses are set; waits for the end. */
void caller_run(struct caller *c, uint16_t port);
void caller_done(struct caller *c);
