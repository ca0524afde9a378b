/*
 * test_host.h - a host for tests and fuzz targets: two users, one of them with
 *               two passwords
 */
#pragma once

#include "base/buf.h"
#include "sasl/server.h"

enum { TEST_SECRETS = 2 };

struct test_user {
	slice name;
	slice passwords[TEST_SECRETS]; /* the second may be empty */
};

static const struct test_user test_users[] = {
	{ SLICE_INIT("user"),
	  { SLICE_INIT("pencil"), SLICE_INIT("k7pm-x2wd-9fhq-tz4c") } },
	{ SLICE_INIT("tim"), { SLICE_INIT("tanstaaftanstaaf") } },
};

static const struct secret_keys test_keys = { .salts = "salts" };

/* The salts of RFC 5802 5 and RFC 7677 3. */
static const struct scram_salt test_salts[SCRAM_HASHES] = {
	[SCRAM_SHA1] = { 4096,
			 12,
			 { 0x41, 0x25, 0xc2, 0x47, 0xe4, 0x3a, 0xb1, 0xe9, 0x3c, 0x6d,
			   0xff, 0x76 } },
	[SCRAM_SHA256] = { 4096,
			   16,
			   { 0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e, 0xec, 0xa0,
			     0x4b, 0x14, 0x12, 0x36, 0xfa, 0x81 } },
};

static inline const struct test_user *test_find_user(slice name)
{
	for (size_t i = 0; i < countof(test_users); i++)
		if (slice_eq(test_users[i].name, name)) return &test_users[i];
	return NULL;
}

/* Keys cost 4096 iterations, so they are made once. */
static inline const struct scram_keys *test_scram_keys(const struct test_user *u,
						       enum scram_hash h)
{
	static struct scram_keys keys[countof(test_users)][SCRAM_HASHES][TEST_SECRETS];
	struct scram_keys *k = keys[u - test_users][h];

	for (size_t i = 0; i < TEST_SECRETS && k[i].salt.iterations == 0; i++)
		if (u->passwords[i].n &&
		    !scram_derive(h, u->passwords[i], &test_salts[h], &k[i]))
			return NULL;
	return k;
}

static inline enum err test_verify(const struct test_user *u, slice password)
{
	for (size_t i = 0; u && i < TEST_SECRETS; i++)
		if (u->passwords[i].n && slice_eq(u->passwords[i], password))
			return ERR_NONE;
	return ERR_DENIED;
}

/* A token is a user's name, and so is a certificate's subject. */
static inline enum sasl_status test_identify(struct sasl_server *s,
					     const struct sasl_question *q,
					     const struct test_user *u)
{
	bool is_known =
		u && (q->authorization.n == 0 || slice_eq(q->authorization, u->name));

	return sasl_server_identity(
		s, &(struct sasl_identity){ .verdict = is_known ? ERR_NONE : ERR_DENIED,
					    .user = is_known ? u->name : S(""),
					    .status = S("invalid_token"),
					    .scope = S("example_scope") });
}

/* Users may act as themselves only. */
static inline enum sasl_status test_answer_question(struct sasl_server *s)
{
	const struct sasl_question *q = sasl_server_question(s);
	const struct test_user *u =
		slice_eq(q->user, q->authorization) ? test_find_user(q->user) : NULL;

	switch (q->need) {
	case SASL_NEED_PASSWORD:
		return sasl_server_verdict(s, test_verify(u, q->password));
	case SASL_NEED_SECRETS:
		return sasl_server_secrets(s, u ? u->passwords : NULL,
					   u ? TEST_SECRETS : 0);
	case SASL_NEED_TOKEN:
		return test_identify(s, q, test_find_user(q->password));
	case SASL_NEED_CERTIFICATE:
		return test_identify(s, q, test_find_user(q->tls->peer_subject));
	case SASL_NEED_KEYS:
		return sasl_server_keys(s, u ? test_scram_keys(u, q->hash) : NULL,
					u ? TEST_SECRETS : 0);
	case SASL_NEED_REFUSAL:
		return sasl_server_verdict(s, ERR_DENIED);
	}
	return SASL_FAIL;
}

/* All that is asked before the client's next turn. */
static inline enum sasl_status test_answer(struct sasl_server *s)
{
	enum sasl_status status = test_answer_question(s);

	return status == SASL_NEED ? test_answer_question(s) : status;
}
