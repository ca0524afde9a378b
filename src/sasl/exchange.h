/*
 * exchange.h - what the files of the mechanisms share; only they include it
 *
 * A mechanism embeds struct sasl_server (struct sasl_client) as its first
 * member, names the size of the whole in its ops and finds it zeroed. Its
 * functions return a status; the finish_* functions make the end of the
 * exchange.
 */
#pragma once

#include "sasl/client.h"
#include "sasl/password.h"
#include "sasl/server.h"

struct sasl_server_ops {
	size_t size;
	/* The peer's octets. Server-first ones get an empty response to begin with. */
	enum sasl_status (*step)(struct sasl_server *s, slice response);
	/* Answers; NULL where the mechanism does not ask for it. */
	enum sasl_status (*secrets)(struct sasl_server *s, const slice *list,
				    size_t count);
	enum sasl_status (*keys)(struct sasl_server *s, const struct scram_keys *list,
				 size_t count);
	/* The identity was denied: tells the client why. NULL: it is not told. */
	enum sasl_status (*refuse)(struct sasl_server *s,
				   const struct sasl_identity *whom);
	/* Frees what it holds besides; may be NULL. */
	void (*done)(struct sasl_server *s);
};

struct sasl_server {
	const struct sasl_mechanism *mechanism;
	struct sasl_facts facts;
	enum sasl_status status;
	enum sasl_failure failure;
	size_t matched;
	unsigned turn; /* responses taken */
	struct sasl_question question;
	struct buf user, authorization, password; /* what question points into */
	struct buf output;
};

struct sasl_client_ops {
	size_t size;
	/* Adds to output and returns SEND, or FAIL. */
	enum sasl_status (*step)(struct sasl_client *c, slice challenge);
	void (*done)(struct sasl_client *c); /* may be NULL */
};

struct sasl_client {
	const struct sasl_mechanism *mechanism;
	struct sasl_login login;
	unsigned turn; /* challenges taken */
	bool is_done, has_failed;
	struct buf output;
};

/* Keep what the client said of itself; false for what text_is_valid refuses. An empty
 * authorization means the user. */
bool keep_user(struct sasl_server *s, slice user, slice authorization);
bool keep_authorization(struct sasl_server *s, slice authorization); /* may be empty */
bool keep_password(struct sasl_server *s, slice password);
enum sasl_status finish_need(struct sasl_server *s, enum sasl_need need);
/* What lies in output; it is a failure if that did not fit. */
enum sasl_status finish_send(struct sasl_server *s);
enum sasl_status finish_fail(struct sasl_server *s, enum sasl_failure why);
enum sasl_status finish_matched(struct sasl_server *s, size_t index);

/* "<nonce.time@hostname>": CRAM-MD5's challenge (RFC 2195 2), APOP's (RFC 1939 7). */
bool add_timestamp(struct buf *out, const struct sasl_facts *facts);
/* What APOP answers: hex(MD5(timestamp secret)). */
bool apop_digest(slice secret, slice timestamp, char ret[MD5_HEX]);

/* Non-empty UTF-8 of at most max octets without controls (RFC 4013 2.3, C.2.1). */
bool text_is_valid(slice text, size_t max);

/* Channel binding data of the type named, where the connection has any. */
bool binding_find(const struct tls_facts *tls, slice name, slice *ret_data);
/* The strongest type the connection has data for; false where there is none. */
bool binding_best(const struct tls_facts *tls, slice *ret_name);

extern const struct sasl_server_ops plain_server, login_server, cram_md5_server,
	scram_server, external_server, oauthbearer_server, xoauth2_server;
extern const struct sasl_client_ops plain_client, login_client, cram_md5_client,
	scram_client;
