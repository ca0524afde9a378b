/*
 * mechanism.h - the table of SASL mechanisms (RFC 4422)
 *
 * An exchange is octets in, octets out: the protocol that carries it does
 * base64, the cancelling "*" and the initial response; nothing in this folder
 * does I/O, reads a clock or looks anything up. server.h and client.h are the
 * two sides. A new mechanism is a row in mechanism.c and a file with both.
 *
 * Names and passwords are valid UTF-8, non-empty and without control characters
 * (RFC 4013 2.3); the rest of SASLprep is the host's, before it looks up.
 */
#pragma once

#include "base/engine.h"
#include "sasl/scram_keys.h"

enum {
	SASL_RESPONSE_MAX = 12'288, /* octets of one message (RFC 4954 4) */
	SASL_NAME_MAX = 512,        /* octets; RFC 4616 2 asks for 255 */
	SASL_CANDIDATES_MAX = 128,  /* passwords of an account that are tried */
};

struct sasl_server; /* server.h */
struct sasl_client; /* client.h */

/* Properties of a mechanism. */
enum {
	SASL_CLIENT_FIRST = 1,   /* the client must speak first */
	SASL_SERVER_FIRST = 2,   /* an initial response is an error */
	SASL_SHOWS_PASSWORD = 4, /* to whoever reads the connection */
	SASL_NEEDS_SECRETS = 8,  /* passwords that can be read again */
	SASL_NEEDS_SCRAM_KEYS = 16,
	SASL_BINDS_CHANNEL = 32,      /* to the TLS connection (RFC 5056) */
	SASL_NEEDS_TOKENS = 64,       /* somebody who can check them */
	SASL_NEEDS_CERTIFICATE = 128, /* a client's that was verified */
};

struct sasl_mechanism {
	slice name;
	unsigned flags;
	enum scram_hash hash; /* SCRAM's */
	const struct sasl_server_ops *server;
	const struct sasl_client_ops *client; /* NULL: we never log in by it */
};

/* The table, the strongest first; count is set. */
const struct sasl_mechanism *sasl_mechanisms(size_t *ret_count);
/* POP3's APOP (RFC 1939 7), no SASL mechanism and in no list, but the same exchange as
 * CRAM-MD5: what the server says first goes into the greeting, the response is the
 * command's arguments. An exchange with equal facts has the same timestamp, so each APOP
 * command of a session gets a new one. */
extern const struct sasl_mechanism sasl_apop;
const struct sasl_mechanism *sasl_find(slice name); /* any case; NULL: unknown */
/* The one place that decides what is offered and accepted: nothing with a refused flag,
 * and channel binding and certificates only where TLS (may be NULL) gives them. */
bool sasl_is_usable(const struct sasl_mechanism *m, const struct tls_facts *tls,
		    unsigned refused);
/* The strongest usable one among the names offered, which SP separates, or NULL. */
const struct sasl_mechanism *sasl_choose(slice offered, const struct tls_facts *tls,
					 unsigned refused);

enum sasl_status {
	SASL_SEND, /* the output to the peer, then step with what it answers */
	SASL_NEED, /* server: the question is to be answered */
	SASL_OK,   /* server: logged in */
	SASL_FAIL,
};

enum { SASL_NONCE = 24 };
void sasl_nonce(char ret[SASL_NONCE]); /* 144 random bits, without "," and "=" */
