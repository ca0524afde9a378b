/*
 * client.h - the client side of a SASL exchange (RFC 4422)
 *
 * Give each challenge of the server to sasl_client_step and send its output.
 * Where the mechanism is not SASL_SERVER_FIRST and the protocol has an initial
 * response, make that from an empty challenge. When the server says that the
 * login succeeded, believe it only if sasl_client_is_done: SCRAM's server must
 * have proved that it knows the password.
 *
 * A step of SCRAM derives keys from the password, which takes up to half a
 * second at a hostile server's wish: on a pool thread.
 */
#pragma once

#include "sasl/mechanism.h"

/* Borrowed for as long as the exchange lives. */
struct sasl_login {
	slice user;
	slice authorization; /* act as; empty: as user */
	slice password;
	slice nonce;                 /* sasl_nonce */
	const struct tls_facts *tls; /* NULL without TLS */
	bool server_binds; /* it offers a -PLUS mechanism: no downgrade (RFC 5802 6) */
};

struct sasl_client *sasl_client_new(const struct sasl_mechanism *m,
				    const struct sasl_login *login);
void sasl_client_free(struct sasl_client *c); /* blanks what was secret */

/* SEND or FAIL: cancel the exchange then, for the server is not what it seems. */
enum sasl_status sasl_client_step(struct sasl_client *c, slice challenge);
slice sasl_client_output(const struct sasl_client *c);
bool sasl_client_is_done(const struct sasl_client *c);
