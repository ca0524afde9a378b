/*
 * conn_state.h - what conn.c, conn_engine.c and connect.c share
 *
 * conn.c makes and ends a connection, moves it from phase to phase and watches
 * the time; conn_engine.c moves bytes and does what the engine wants while the
 * phase is OPEN; connect.c is the phase CONNECT of those that we open.
 */
#pragma once

#include "net/connect.h"
#include "net/pace.h"
#include "net/sock.h"
#include "net/tls_session.h"

enum phase { CONNECT, PREAMBLE, HANDSHAKE, OPEN, LINGER, GONE };

/* How the end of what the peer sends reaches the engine. */
enum input_end { NOT_ENDED, ENDED, ENGINE_TOLD };

struct conn {
	struct resident resident;
	struct loop *loop;
	const struct service *service;
	const struct outgoing *outgoing; /* NULL: the peer connected to us */
	size_t address;                  /* of outgoing, at hand */
	void *session;
	struct engine *engine; /* NULL until open */
	struct tls_session *tls;
	struct buf held; /* read, but not taken by the engine; mostly empty */
	struct watch watch;
	struct sock sock;
	struct timer timer;
	struct task later; /* drives, or frees once GONE, at the end of the turn */
	struct pace in, out;
	int64_t phase_since_ms;
	uint64_t lingered;  /* octets thrown away */
	const char *why;    /* it is GONE */
	const char *doomed; /* the owner closes it, and why */
	long turn_left;     /* octets of this turn */
	size_t unsent;      /* octets of output that wait for the host's next answer */
	struct netaddr peer, counted; /* counted: whose place it has in the limits */
	bool has_place;
	enum phase phase;
	enum input_end input;
	bool starved;  /* the engine has seen all that is held and needs more */
	bool all_sent; /* nothing waits for the socket */
	bool job_running;
	bool timed_out; /* the engine was told */
	enum tls_failure tls_failure;
};

/* In conn.c. */
/* Without a socket as yet. */
struct conn *conn_new(struct loop *l, const struct service *service);
/* The socket is connected: TLS or the engine comes next. False: the connection is gone.
 */
bool conn_begin(struct conn *c);
void conn_enter(struct conn *c, enum phase phase);
void conn_gone(struct conn *c, const char *why);
/* Begins a handshake; false: the connection is gone. */
bool conn_begin_tls(struct conn *c);
/* All is sent: waits for the peer's end. */
void conn_begin_linger(struct conn *c);

/* In conn_engine.c. */
/* Does one thing the engine wants; whether there may be another. */
bool conn_step_engine(struct conn *c);
/* Sends what the socket takes of the output. False: the connection is gone. */
bool conn_flush(struct conn *c);
/* Why reading or writing just returned IO_FAILED; static text. */
const char *conn_failure(const struct conn *c);

/* In preamble.c. */
/* Looks whether the preamble is there; whether there may be another step. */
bool conn_step_preamble(struct conn *c);

/* In connect.c. */
/* Looks whether the connection has come about; whether there may be another step. */
bool conn_step_connect(struct conn *c);
/* The present one failed, and fault (an errno) is why. */
void conn_try_next_address(struct conn *c, int fault);
