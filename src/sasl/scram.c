/*
 * SCRAM with SHA-1 and SHA-256, and their -PLUS variants (RFC 5802, 7677).
 *
 *   turn  client                server
 *   1     client-first   --->   asks for keys
 *                        <---   server-first
 *   2     client-final   --->   verifies the proof
 *                        <---   server-final
 *   3     empty          --->   OK (mail protocols send no data with success)
 *
 * The client's turns count from 0.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sasl/exchange.h"
#include "sasl/scram_message.h"

/* What both sides keep of the messages. */
struct scram {
	struct buf auth_message; /* RFC 5802 3: grows as they come */
	struct buf cbind_input;  /* the gs2 header, and behind it the binding data */
	struct buf nonce;        /* the client's; on the server ours is behind it */
};

static void scram_init(struct scram *x)
{
	buf_init(&x->auth_message, 3 * SCRAM_MESSAGE_MAX);
	buf_init(&x->cbind_input, SCRAM_MESSAGE_MAX);
	buf_init(&x->nonce, SCRAM_NONCE_MAX);
}

static void scram_done(struct scram *x)
{
	buf_done(&x->auth_message);
	buf_done(&x->cbind_input);
	buf_done(&x->nonce);
}

static void add_message(struct scram *x, slice message)
{
	buf_add_char(&x->auth_message, ',');
	buf_add(&x->auth_message, message);
}

static slice octets_of(const uint8_t *p, enum digest d)
{
	return (slice){ (const char *)p, digest_octets(d) };
}

/* HMAC(key, AuthMessage). */
static bool sign(const struct scram *x, enum digest d, const uint8_t *key, uint8_t *out)
{
	return !x->auth_message.overflow &&
	       digest_hmac(d, octets_of(key, d), buf_slice(&x->auth_message), out);
}

/* ClientKey from ClientProof and back: XOR with ClientSignature. */
static bool toggle_proof(const struct scram *x, enum digest d, const uint8_t *stored,
			 uint8_t *key)
{
	uint8_t signature[DIGEST_MAX];

	if (!sign(x, d, stored, signature)) return false;
	for (size_t i = 0; i < digest_octets(d); i++)
		key[i] ^= signature[i];
	return true;
}

/* Base64 that must be exactly these octets. */
static bool is_encoding_of(slice base64, slice octets)
{
	uint8_t decoded[SCRAM_MESSAGE_MAX];
	size_t n;

	return octets.n <= sizeof(decoded) &&
	       scram_decode(base64, decoded, octets.n, &n) &&
	       equal_secretly((slice){ (const char *)decoded, n }, octets);
}

/* One of the user's passwords: those keys that fit the salt shown. */
struct candidate {
	size_t index; /* in the host's list */
	uint8_t stored[DIGEST_MAX];
	uint8_t server[DIGEST_MAX];
};

struct scram_server {
	struct sasl_server base;
	struct scram messages;
	struct candidate *candidates;
	size_t count;
};

/* RFC 5802 6: "p" with -PLUS and only there; "y" on a server that does bind is the trace
 * of somebody who took -PLUS out of our list. */
static bool is_binding_right(const struct sasl_server *s, const struct scram_gs2 *gs2,
			     slice *ret_data)
{
	bool plus = s->mechanism->flags & SASL_BINDS_CHANNEL;
	slice any;

	*ret_data = S("");
	switch (gs2->flag) {
	case 'p':
		return plus && binding_find(s->facts.tls, gs2->binding, ret_data);
	case 'y':
		return !plus && !binding_best(s->facts.tls, &any);
	default:
		return !plus;
	}
}

static bool keep_names(struct sasl_server *s, const struct scram_client_first *first)
{
	struct buf user, authorization;
	bool ok;

	buf_init(&user, SASL_NAME_MAX);
	buf_init(&authorization, SASL_NAME_MAX);
	ok = scram_decode_name(first->user, &user) &&
	     scram_decode_name(first->gs2.authorization, &authorization) &&
	     keep_user(s, buf_slice(&user), buf_slice(&authorization));
	buf_done(&user);
	buf_done(&authorization);
	return ok;
}

static enum sasl_status take_client_first(struct scram_server *m, slice message)
{
	struct sasl_server *s = &m->base;
	struct scram *x = &m->messages;
	struct scram_client_first first;
	slice data;

	scram_init(x);
	if (!scram_read_client_first(message, &first) || !keep_names(s, &first))
		return finish_fail(s, SASL_SYNTAX);
	if (!is_binding_right(s, &first.gs2, &data)) return finish_fail(s, SASL_BINDING);
	buf_add(&x->auth_message, first.bare);
	buf_add(&x->cbind_input, first.gs2.whole);
	buf_add(&x->cbind_input, data);
	if (!buf_add(&x->nonce, first.nonce) || !buf_add(&x->nonce, s->facts.nonce))
		return finish_fail(s, SASL_TOO_LONG);
	return finish_need(s, SASL_NEED_KEYS);
}

/* The salt to show: that of the first key there is, or one that nobody has. */
static struct scram_salt choose_salt(const struct sasl_server *s,
				     const struct scram_keys *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].salt.iterations) return list[i].salt;
	return scram_salt_of_nobody(s->facts.keys, s->question.user);
}

/* An unknown user gets one candidate of zeros, which no proof fits, for equal work. */
static void keep_candidates(struct scram_server *m, const struct scram_keys *list,
			    size_t count, const struct scram_salt *salt)
{
	m->candidates = calloc(count + 1, sizeof(*m->candidates));
	assert(m->candidates);
	for (size_t i = 0; i < count; i++) {
		struct candidate *c = &m->candidates[m->count];

		if (!scram_salt_eq(&list[i].salt, salt)) continue;
		c->index = i;
		memcpy(c->stored, list[i].stored, sizeof(c->stored));
		memcpy(c->server, list[i].server, sizeof(c->server));
		m->count++;
	}
	if (m->count == 0) m->count = 1;
}

static enum sasl_status server_keys(struct sasl_server *s, const struct scram_keys *list,
				    size_t count)
{
	struct scram_server *m = (struct scram_server *)s;
	struct scram_salt salt;

	if (count > SASL_CANDIDATES_MAX) count = SASL_CANDIDATES_MAX;
	salt = choose_salt(s, list, count);
	keep_candidates(m, list, count, &salt);
	scram_write_server_first(&s->output, buf_slice(&m->messages.nonce), &salt);
	add_message(&m->messages, buf_slice(&s->output));
	return finish_send(s);
}

/* Whose proof it is, or NULL. */
static const struct candidate *find_prover(const struct scram_server *m, enum digest d,
					   const uint8_t *proof)
{
	const struct candidate *found = NULL;

	for (size_t i = 0; i < m->count; i++) {
		const struct candidate *c = &m->candidates[i];
		uint8_t key[DIGEST_MAX], stored[DIGEST_MAX];

		memcpy(key, proof, sizeof(key));
		if (toggle_proof(&m->messages, d, c->stored, key) &&
		    digest_of(d, octets_of(key, d), stored) &&
		    equal_secretly(octets_of(stored, d), octets_of(c->stored, d)))
			found = c;
		explicit_bzero(key, sizeof(key));
	}
	return found;
}

static enum sasl_status verify_proof(struct scram_server *m, const uint8_t *proof)
{
	enum digest d = scram_digest(m->base.mechanism->hash);
	const struct candidate *c = find_prover(m, d, proof);
	uint8_t signature[DIGEST_MAX];

	if (!c || !sign(&m->messages, d, c->server, signature))
		return finish_need(&m->base, SASL_NEED_REFUSAL);
	m->base.matched = c->index;
	scram_write_octets(&m->base.output, 'v', octets_of(signature, d));
	return finish_send(&m->base);
}

static enum sasl_status take_client_final(struct scram_server *m, slice message)
{
	struct scram *x = &m->messages;
	struct scram_client_final final;
	uint8_t proof[DIGEST_MAX] = { 0 };
	size_t n, want = digest_octets(scram_digest(m->base.mechanism->hash));

	if (!scram_read_client_final(message, &final) ||
	    !slice_eq(final.nonce, buf_slice(&x->nonce)) ||
	    !scram_decode(final.proof, proof, want, &n) || n != want)
		return finish_fail(&m->base, SASL_SYNTAX);
	if (!is_encoding_of(final.binding, buf_slice(&x->cbind_input)))
		return finish_fail(&m->base, SASL_BINDING);
	add_message(x, final.without_proof);
	return verify_proof(m, proof);
}

static enum sasl_status server_step(struct sasl_server *s, slice response)
{
	struct scram_server *m = (struct scram_server *)s;

	switch (s->turn) {
	case 1:
		return take_client_first(m, response);
	case 2:
		return take_client_final(m, response);
	default:
		if (response.n) return finish_fail(s, SASL_SYNTAX);
		return finish_matched(s, s->matched);
	}
}

static void server_done(struct sasl_server *s)
{
	struct scram_server *m = (struct scram_server *)s;

	if (m->candidates)
		explicit_bzero(m->candidates, m->count * sizeof(*m->candidates));
	free(m->candidates);
	scram_done(&m->messages);
}

const struct sasl_server_ops scram_server = {
	.size = sizeof(struct scram_server),
	.step = server_step,
	.keys = server_keys,
	.done = server_done,
};

struct scram_client {
	struct sasl_client base;
	struct scram messages;
	uint8_t server_signature[DIGEST_MAX]; /* what the server must prove */
};

/* RFC 5802 6. False when binding is wanted where there is nothing to bind to. */
static bool choose_binding(const struct sasl_client *c, struct scram_gs2 *gs2,
			   slice *ret_data)
{
	bool can = binding_best(c->login.tls, &gs2->binding);

	*ret_data = S("");
	if (c->mechanism->flags & SASL_BINDS_CHANNEL) {
		gs2->flag = 'p';
		return can && binding_find(c->login.tls, gs2->binding, ret_data);
	}
	gs2->flag = can && !c->login.server_binds ? 'y' : 'n';
	return true;
}

static enum sasl_status send_client_first(struct scram_client *m)
{
	struct sasl_client *c = &m->base;
	struct scram *x = &m->messages;
	struct scram_gs2 gs2 = { .authorization = c->login.authorization };
	slice data;

	scram_init(x);
	if (!choose_binding(c, &gs2, &data)) return SASL_FAIL;
	scram_write_gs2(&c->output, &gs2);
	buf_add(&x->cbind_input, buf_slice(&c->output));
	buf_add(&x->cbind_input, data);
	buf_add(&x->nonce, c->login.nonce);
	scram_write_client_first_bare(&x->auth_message, c->login.user, c->login.nonce);
	buf_add(&c->output, buf_slice(&x->auth_message));
	return SASL_SEND;
}

/* The nonce must be ours and more behind it; the iterations neither too few for safety
 * nor so many that they are an attack (RFC 5802 5.1, 9). */
static bool read_server_first(const struct scram_client *m, slice message,
			      struct scram_server_first *first, struct scram_salt *salt)
{
	slice ours = buf_slice(&m->messages.nonce);
	size_t n;

	if (!scram_read_server_first(message, first) ||
	    !slice_starts(first->nonce, ours) || first->nonce.n == ours.n ||
	    first->iterations < SCRAM_ITERATIONS_MIN ||
	    first->iterations > SCRAM_ITERATIONS_MAX ||
	    !scram_decode(first->salt, salt->salt, SCRAM_SALT_MAX, &n))
		return false;
	salt->n = (uint8_t)n;
	salt->iterations = first->iterations;
	return true;
}

/* Makes the ClientProof, and what the server will have to answer. */
static bool make_proof(struct scram_client *m, const struct scram_salt *salt,
		       uint8_t proof[DIGEST_MAX])
{
	enum scram_hash h = m->base.mechanism->hash;
	enum digest d = scram_digest(h);
	uint8_t server_key[DIGEST_MAX], stored[DIGEST_MAX];
	bool ok = scram_client_keys(h, m->base.login.password, salt, proof, server_key) &&
		  digest_of(d, octets_of(proof, d), stored) &&
		  toggle_proof(&m->messages, d, stored, proof) &&
		  sign(&m->messages, d, server_key, m->server_signature);

	explicit_bzero(server_key, sizeof(server_key));
	return ok;
}

static enum sasl_status send_client_final(struct scram_client *m, slice challenge)
{
	struct buf *out = &m->base.output;
	struct scram *x = &m->messages;
	struct scram_server_first first;
	struct scram_salt salt = { 0 };
	uint8_t proof[DIGEST_MAX];

	if (!read_server_first(m, challenge, &first, &salt)) return SASL_FAIL;
	scram_write_client_final_bare(out, buf_slice(&x->cbind_input), first.nonce);
	add_message(x, challenge);
	add_message(x, buf_slice(out));
	if (!make_proof(m, &salt, proof)) return SASL_FAIL;
	buf_add_char(out, ',');
	scram_write_octets(out, 'p',
			   octets_of(proof, scram_digest(m->base.mechanism->hash)));
	return SASL_SEND;
}

static enum sasl_status take_server_final(struct scram_client *m, slice challenge)
{
	enum digest d = scram_digest(m->base.mechanism->hash);
	struct scram_server_final final;

	if (!scram_read_server_final(challenge, &final) ||
	    !is_encoding_of(final.verifier, octets_of(m->server_signature, d)))
		return SASL_FAIL;
	m->base.is_done = true;
	return SASL_SEND;
}

static enum sasl_status client_step(struct sasl_client *c, slice challenge)
{
	struct scram_client *m = (struct scram_client *)c;

	switch (c->turn) {
	case 0:
		return challenge.n ? SASL_FAIL : send_client_first(m);
	case 1:
		return send_client_final(m, challenge);
	case 2:
		return take_server_final(m, challenge);
	default:
		return SASL_FAIL;
	}
}

static void client_done(struct sasl_client *c)
{
	struct scram_client *m = (struct scram_client *)c;

	scram_done(&m->messages);
}

const struct sasl_client_ops scram_client = {
	.size = sizeof(struct scram_client),
	.step = client_step,
	.done = client_done,
};
