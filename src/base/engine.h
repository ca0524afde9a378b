/*
 * engine.h - what every protocol engine is: bytes in, bytes out, no I/O
 *
 * An engine knows no socket, clock, thread or database. Whoever drives it (a
 * session of the server, a dialogue test, a fuzz target) gives it the bytes
 * the peer sent, sends the bytes found in its output, and then does as
 * engine_want() says:
 *
 *   INPUT  feed more bytes as they come
 *   JOB    run engine_job(): the engine's own job, then its done(); see job.h
 *   HOST   nothing: the engine asked its host something and is waiting for it
 *   TLS    send the output, start TLS, then call engine_tls_started(). Bytes
 *          already received behind the command are an attack or a fault: the
 *          driver closes the connection (RFC 3207 section 4.2, CVE-2011-0411)
 *   DRAIN  send the output until it is below its mark, then engine_drained()
 *   CLOSE  send the output and close
 *
 * The engine consumes input in one loop and only while it wants INPUT, so
 * pipelining is free and nothing overtakes a command that waits.
 *
 * A protocol embeds struct engine as its first member and fills `ops`. One
 * thread, that of the connection's loop, makes all calls here.
 */
#pragma once

#include "base/buf.h"
#include "base/job.h"

enum want { WANT_INPUT, WANT_JOB, WANT_HOST, WANT_TLS, WANT_DRAIN, WANT_CLOSE };

enum {
	OUTPUT_MARK = 64 * 1024, /* octets: DRAIN ends below, long answers pause above */
	OUTPUT_MAX = 4 * 1024 * 1024, /* octets an output may hold at all */
	CHANNEL_BINDING_MAX = 64,     /* octets */
};

/* By what a server's certificate was verified, on connections that we open. */
enum tls_verified { TLS_UNVERIFIED, TLS_VERIFIED_PKIX, TLS_VERIFIED_DANE };

/* What the TLS layer knows of a connection. The slices live as long as it. */
struct tls_facts {
	slice protocol; /* "TLSv1.3" */
	slice cipher;   /* "TLS_AES_256_GCM_SHA384" */
	int bits;
	slice server_name; /* SNI as sent, may be empty */
	/* Of a client that showed a certificate which was verified, else false and empty:
	 * its subject (RFC 4514) and mail addresses (RFC 5280 4.2.1.6), each with LF. */
	bool peer_is_verified;
	slice peer_subject, peer_addresses;
	enum tls_verified verified;
	slice binding_exporter; /* tls-exporter (RFC 9266), empty before TLS 1.3 without
				   EMS */
	slice binding_endpoint; /* tls-server-end-point (RFC 5929 section 4) */
};

struct engine;

struct engine_ops {
	/* Takes bytes from the front and says how many. What it left comes again with
	 * more behind it; 0 while it still wants INPUT means: not enough yet. An engine
	 * must take all of it once it is longer than its longest line. */
	size_t (*feed)(struct engine *e, slice bytes);
	struct buf *(*output)(
		struct engine *e); /* the engine's; the driver drops what it sent */
	enum want (*want)(const struct engine *e);
	struct job *(*job)(struct engine *e); /* while want is JOB; the engine's */
	void (*drained)(struct engine *e);    /* while want is DRAIN */
	void (*tls_started)(struct engine *e, const struct tls_facts *facts);
	/* The peer's bytes ended (half-close): finish what is in hand, then CLOSE. */
	void (*input_ended)(struct engine *e);
	/* How long the peer may be silent in the present phase, in milliseconds. */
	int64_t (*timeout_ms)(const struct engine *e);
	void (*timed_out)(
		struct engine *e); /* says good-bye by the protocol, then CLOSE */
	void (*shut_down)(
		struct engine *e); /* the server stops: the same, as soon as it may */
	/* Something changed in an account that the host was asked to watch. */
	void (*changed)(struct engine *e);
	void (*free)(struct engine *e); /* not while its job runs */
};

struct engine {
	const struct engine_ops *ops;
};

static inline size_t engine_feed(struct engine *e, slice bytes)
{
	return e->ops->feed(e, bytes);
}

static inline struct buf *engine_output(struct engine *e)
{
	return e->ops->output(e);
}

static inline enum want engine_want(const struct engine *e)
{
	return e->ops->want(e);
}
