/*
 * conn.h - one connection, plain or TLS, that drives an engine
 *
 * The connection reads what the peer sends, feeds the engine, sends its output
 * and does as engine_want() says (base/engine.h). It never looks at the bytes.
 *
 *   PREAMBLE   a proxy has to say whose connection it is (net/preamble.h)
 *   HANDSHAKE  TLS is being set up, at once or after STARTTLS
 *   OPEN       the engine is driven
 *   LINGER     all is sent; what the peer still sends is thrown away until it
 *              has seen the end, else a reset could destroy our last reply
 *   GONE       closed for the network; freed at the end of the turn, or, where
 *              a job of the engine is running, at the end of that turn in which
 *              the job is done
 *
 * Bounded: at most LOOP_SCRATCH octets are read at once, and only while the
 * engine wants INPUT and less than OUTPUT_MARK waits to be sent; at most
 * CONN_HELD_MAX that the engine did not take are kept. A burst of replies goes
 * out in one write, also where the host answers in between. One connection has
 * CONN_TURN octets at a time, a few times a turn of the loop, then others have
 * theirs.
 *
 * Deadlines: the engine's timeout_ms for the peer's silence while INPUT is
 * wanted, CONN_HANDSHAKE_MS for a whole handshake or preamble, CONN_WRITE_MS for a peer
 * that does not read, and for both directions a least rate (net/pace.h).
 *
 * Own code on plain socket events instead of bufferevents, because of memory
 * (an idle connection has no buffers at all) and of STARTTLS (nothing has been
 * read ahead of it unseen).
 *
 * All calls on the loop's thread. What they cause to be fed or sent happens later
 * in the turn, so they may be called from anywhere, conn_changed and conn_shut_down
 * excepted: these call the engine, so not from within it.
 */
#pragma once

#include "base/engine.h"
#include "net/limits.h"
#include "net/loop.h"
#include "net/netaddr.h"
#include "net/preamble.h"
#include "net/tls.h"

enum {
	CONN_HELD_MAX = 256 * 1024, /* octets; a longer line than any engine allows */
	CONN_TURN = 256 * 1024,     /* octets, in and out */
	CONN_HANDSHAKE_MS = 30 * 1000,
	CONN_WRITE_MS = 2 * 60 * 1000,
	CONN_LINGER_MS = 2 * 1000,
	CONN_LINGER_MAX = 1024 * 1024, /* octets thrown away at the end */
};

struct conn;

/* What the connections of a listener are for; outlives them. */
struct service {
	void *context;
	/* The connection is ready to speak (after the handshake where TLS comes at once):
	 * make an engine and a session and conn_attach them. False closes. */
	bool (*open)(void *context, struct conn *c);
	/* The engine wants its job run. Answered by conn_job_done, after job->done. */
	void (*job_wanted)(void *session, struct conn *c, struct job *job);
	/* The last word on a session, the engine is freed already. why is static text. */
	void (*closed)(void *session, struct conn *c, const char *why);
	/* A connection ended before open or was refused by it; may be NULL. */
	void (*failed)(void *context, struct conn *c, const char *why);
	/* Accepting fails for want of descriptors or memory; may be NULL. */
	void (*trouble)(void *context, const char *what);

	const struct tls_settings *tls; /* NULL: the engine never wants TLS */
	bool tls_at_once;
	const struct preamble *preamble; /* NULL: nobody sends one */
	int64_t handshake_ms, write_ms;  /* 0: CONN_HANDSHAKE_MS, CONN_WRITE_MS */
	struct limits *limits;           /* NULL: none */
	/* One line each with its CRLF, for those who are refused; never sent to a peer
	 * that expects TLS at once. */
	slice refusal_total, refusal_address;
};

/* Says so to whom its limits refuse, as far as that goes without waiting. */
void service_refuse(const struct service *s, int fd, enum admission why);

/* Takes over fd, which is non-blocking, and the peer's place in service->limits. A proxy
 * has one of the kind NETADDR_UNIX, in the total only: it owes a preamble. */
void conn_start(struct loop *l, int fd, const struct netaddr *peer, bool is_proxy,
		const struct service *service);

/* From within open: the connection frees the engine, session is the owner's. */
void conn_attach(struct conn *c, struct engine *e, void *session);

void conn_job_done(struct conn *c);  /* the job's done was called */
void conn_resume(struct conn *c);    /* the host answered, or changed the engine */
void conn_changed(struct conn *c);   /* tells the engine so, then as conn_resume */
void conn_shut_down(struct conn *c); /* lets the engine say good-bye */
/* Without a good-bye, at the end of the turn; why is static text. */
void conn_close(struct conn *c, const char *why);

/* From here on it is the connection of another peer, and has a place among that one's
 * instead of its own. Other than ADMITTED: it has none, and must be closed. */
enum admission conn_become(struct conn *c, const struct netaddr *peer);

struct loop *conn_loop(const struct conn *c);
const struct netaddr *conn_peer(const struct conn *c);
struct netaddr conn_local(const struct conn *c);        /* asks the system */
const struct tls_facts *conn_tls(const struct conn *c); /* NULL while plain */
int conn_descriptor(const struct conn *c); /* for peer credentials; -1 once GONE */
