#include "base/test.h"
#include "sasl/scram_message.h"
#include "sasl/test_converse.h"

static const struct vector {
	slice mechanism, client_nonce, server_nonce;
	slice client_first, server_first, client_final, server_final;
} vectors[] = {
	{ SLICE_INIT("SCRAM-SHA-1"), /* RFC 5802 5 */
	  SLICE_INIT("fyko+d2lbbFgONRv9qkxdawL"), SLICE_INIT("3rfcNHYJY1ZVvWVs7j"),
	  SLICE_INIT("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"),
	  SLICE_INIT("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
		     "s=QSXCR+Q6sek8bf92,i=4096"),
	  SLICE_INIT("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
		     "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="),
	  SLICE_INIT("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=") },
	{ SLICE_INIT("SCRAM-SHA-256"), /* RFC 7677 3 */
	  SLICE_INIT("rOprNGfwEbeRWgbNEkqO"),
	  SLICE_INIT("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"),
	  SLICE_INIT("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"),
	  SLICE_INIT("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
		     "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
	  SLICE_INIT("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
		     "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="),
	  SLICE_INIT("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=") },
};

static struct sasl_server *new_server(slice mechanism, slice nonce,
				      const struct tls_facts *tls)
{
	const struct sasl_facts facts = { .nonce = nonce,
					  .keys = &test_keys,
					  .tls = tls };

	return sasl_server_new(sasl_find(mechanism), &facts);
}

static void check_server(const struct vector *v)
{
	struct sasl_server *s = new_server(v->mechanism, v->server_nonce, NULL);

	CHECK_INT(sasl_server_start(s, &v->client_first), SASL_NEED);
	CHECK_INT(test_answer(s), SASL_SEND);
	CHECK_SLICE(sasl_server_output(s), v->server_first);
	CHECK_INT(sasl_server_step(s, v->client_final), SASL_SEND);
	CHECK_SLICE(sasl_server_output(s), v->server_final);
	CHECK_INT(sasl_server_step(s, S("")), SASL_OK);
	CHECK_SLICE(sasl_server_question(s)->authorization, S("user"));
	CHECK_INT(sasl_server_matched(s), 0);
	sasl_server_free(s);
}

static struct sasl_client *new_client(const struct vector *v)
{
	const struct sasl_login login = { .user = S("user"),
					  .password = S("pencil"),
					  .nonce = v->client_nonce };

	return sasl_client_new(sasl_find(v->mechanism), &login);
}

static void check_client(const struct vector *v)
{
	struct sasl_client *c = new_client(v);

	CHECK_INT(sasl_client_step(c, S("")), SASL_SEND);
	CHECK_SLICE(sasl_client_output(c), v->client_first);
	CHECK_INT(sasl_client_step(c, v->server_first), SASL_SEND);
	CHECK_SLICE(sasl_client_output(c), v->client_final);
	CHECK(!sasl_client_is_done(c));
	CHECK_INT(sasl_client_step(c, v->server_final), SASL_SEND);
	CHECK_INT(sasl_client_output(c).n, 0);
	CHECK(sasl_client_is_done(c));
	sasl_client_free(c);
}

TEST(scram_vectors)
{
	for (size_t i = 0; i < countof(vectors); i++) {
		check_server(&vectors[i]);
		check_client(&vectors[i]);
	}
}

TEST(scram_client_final_changed)
{
	static const struct {
		slice final;
		enum sasl_failure why;
	} t[] = {
		{ SLICE_INIT("c=biws,r=other,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="),
		  SASL_SYNTAX },
		{ SLICE_INIT("c=biws,r=fyko+d2lbbFgONRv9qkxdawL,"
			     "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="),
		  SASL_SYNTAX }, /* the client's nonce alone */
		{ SLICE_INIT("c=eSws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
			     "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="),
		  SASL_BINDING }, /* "y,," now, "n,," before */
		{ SLICE_INIT("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
			     "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Tt="),
		  SASL_SYNTAX }, /* stray bits in the base64 */
		{ SLICE_INIT("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
			     "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Q=="),
		  SASL_SYNTAX }, /* too short */
		{ SLICE_INIT("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
			     "p=w0X8v3Bz2T0CJGbJQyF0X+HI4Ts="),
		  SASL_CREDENTIALS },
		{ SLICE_INIT("c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
			     "x=1,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="),
		  SASL_CREDENTIALS }, /* a good extension, but the proof is not of it */
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct sasl_server *s =
			new_server(S("SCRAM-SHA-1"), vectors[0].server_nonce, NULL);

		CHECK_INT(sasl_server_start(s, &vectors[0].client_first), SASL_NEED);
		CHECK_INT(test_answer(s), SASL_SEND);
		bool is_guess = t[i].why == SASL_CREDENTIALS;

		CHECK_INT(sasl_server_step(s, t[i].final),
			  is_guess ? SASL_NEED : SASL_FAIL);
		if (is_guess) CHECK_INT(test_answer(s), SASL_FAIL);
		CHECK_INT(sasl_server_failure(s), t[i].why);
		sasl_server_free(s);
	}
}

TEST(scram_client_refuses_bad_servers)
{
	static const slice first[] = {
		SLICE_INIT("r=other3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"),
		SLICE_INIT("r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096"),
		SLICE_INIT("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=4095"),
		SLICE_INIT("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=1000001"),
		SLICE_INIT("r=fyko+d2lbbFgONRv9qkxdawLx,s=?,i=4096"),
		SLICE_INIT("m=x,r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=4096"),
	};
	static const slice final[] = { SLICE_INIT("v=rmF9pqV8S7suAoZWja4dJRkFsKR="),
				       SLICE_INIT("v=smF9pqV8S7suAoZWja4dJRkFsKQ="),
				       SLICE_INIT("e=other-error"), SLICE_INIT("") };

	for (size_t i = 0; i < countof(first) + countof(final); i++) {
		struct sasl_client *c = new_client(&vectors[0]);
		bool late = i >= countof(first);

		CHECK_INT(sasl_client_step(c, S("")), SASL_SEND);
		CHECK_INT(sasl_client_step(c, late ? vectors[0].server_first : first[i]),
			  late ? SASL_SEND : SASL_FAIL);
		CHECK_INT(sasl_client_step(c, late ? final[i - countof(first)]
						   : vectors[0].server_final),
			  SASL_FAIL);
		CHECK(!sasl_client_is_done(c));
		sasl_client_free(c);
	}
}

static struct scram_salt salt_shown(slice mechanism, slice message)
{
	struct sasl_server *s = new_server(mechanism, S("abcdefgh"), NULL);
	struct scram_server_first first;
	struct scram_salt salt = { 0 };

	CHECK_INT(sasl_server_start(s, &message), SASL_NEED);
	CHECK_INT(test_answer(s), SASL_SEND);
	CHECK(scram_read_server_first(sasl_server_output(s), &first));
	salt.iterations = first.iterations;
	salt.n = (uint8_t)first.salt.n;
	for (size_t i = 0; i < salt.n; i++)
		salt.salt[i] = (uint8_t)first.salt.p[i];
	sasl_server_free(s);
	return salt;
}

TEST(scram_unknown_users_have_salts_too)
{
	const slice sha256 = S("SCRAM-SHA-256"), sha1 = S("SCRAM-SHA-1");
	struct scram_salt one = salt_shown(sha256, S("n,,n=nobody,r=a"));
	struct scram_salt again = salt_shown(sha256, S("n,,n=NoBody,r=b"));
	struct scram_salt older = salt_shown(sha1, S("n,,n=nobody,r=a"));
	struct scram_salt other = salt_shown(sha256, S("n,,n=nobodz,r=a"));
	struct scram_salt real = salt_shown(sha256, S("n,,n=user,r=a"));

	CHECK(scram_salt_eq(&one, &again));
	CHECK(scram_salt_eq(&one, &older)); /* as an account has one for both */
	CHECK(!scram_salt_eq(&one, &other));
	CHECK_INT(one.n, real.n);
	CHECK_INT(one.iterations, SCRAM_ITERATIONS);
}

static enum sasl_status bind(const struct tls_facts *server,
			     const struct tls_facts *client)
{
	const struct sasl_login login = { .user = S("user"),
					  .password = S("pencil"),
					  .nonce = S("abc"),
					  .tls = client };
	struct sasl_server *s = new_server(S("SCRAM-SHA-256-PLUS"), S("def"), server);
	struct sasl_client *c =
		sasl_client_new(sasl_find(S("SCRAM-SHA-256-PLUS")), &login);
	enum sasl_status status = test_converse(s, c, true);

	sasl_client_free(c);
	sasl_server_free(s);
	return status;
}

TEST(scram_binds_to_the_channel) /* RFC 5802 6 */
{
	const struct tls_facts both = { .binding_exporter = S("exporter"),
					.binding_endpoint = S("endpoint") };
	const struct tls_facts endpoint = { .binding_endpoint = S("endpoint") };
	const struct tls_facts middle = { .binding_exporter = S("another"),
					  .binding_endpoint = S("another") };

	CHECK_INT(bind(&both, &both), SASL_OK);
	CHECK_INT(bind(&both, &endpoint), SASL_OK);
	CHECK_INT(bind(&endpoint, &both), SASL_FAIL); /* no tls-exporter on one side */
	CHECK_INT(bind(&both, &middle), SASL_FAIL);   /* two TLS connections */
	CHECK_INT(bind(&both, NULL), SASL_FAIL);
}

TEST(scram_sees_that_plus_was_taken_away) /* RFC 5802 6 */
{
	const struct tls_facts tls = { .binding_exporter = S("exporter") };
	const struct sasl_mechanism *m = sasl_find(S("SCRAM-SHA-256"));
	struct sasl_login login = {
		.user = S("user"), .password = S("pencil"), .nonce = S("abc"), .tls = &tls
	};

	for (int binds = 0; binds < 2; binds++) {
		struct sasl_server *s =
			new_server(m->name, S("def"), binds ? &tls : NULL);
		struct sasl_client *c = sasl_client_new(m, &login);

		CHECK_INT(test_converse(s, c, true), binds ? SASL_FAIL : SASL_OK);
		sasl_client_free(c);
		sasl_server_free(s);
	}
}

TEST(scram_names_are_quoted)
{
	struct sasl_server *s = new_server(S("SCRAM-SHA-1"), S("def"), NULL);
	const struct sasl_login login = { .user = S("a=b,c"),
					  .authorization = S(",="),
					  .password = S("pencil"),
					  .nonce = S("abc") };
	struct sasl_client *c = sasl_client_new(sasl_find(S("SCRAM-SHA-1")), &login);
	slice first;

	CHECK_INT(sasl_client_step(c, S("")), SASL_SEND);
	first = sasl_client_output(c);
	CHECK_SLICE(first, S("n,a==2C=3D,n=a=3Db=2Cc,r=abc"));
	CHECK_INT(sasl_server_start(s, &first), SASL_NEED);
	CHECK_SLICE(sasl_server_question(s)->user, login.user);
	CHECK_SLICE(sasl_server_question(s)->authorization, login.authorization);
	sasl_client_free(c);
	sasl_server_free(s);
}

/* Without keys, with another salt, with the right ones: only the last can be meant. */
TEST(scram_tries_all_passwords_of_one_salt)
{
	struct scram_salt other = test_salts[SCRAM_SHA1];
	struct scram_keys keys[4] = { 0 };
	struct sasl_server *s =
		new_server(S("SCRAM-SHA-1"), vectors[0].server_nonce, NULL);

	other.salt[0] ^= 1;
	CHECK(scram_derive(SCRAM_SHA1, S("pen"), &test_salts[SCRAM_SHA1], &keys[1]));
	CHECK(scram_derive(SCRAM_SHA1, S("pencil"), &other, &keys[2]));
	CHECK(scram_derive(SCRAM_SHA1, S("pencil"), &test_salts[SCRAM_SHA1], &keys[3]));
	CHECK_INT(sasl_server_start(s, &vectors[0].client_first), SASL_NEED);
	CHECK_INT(sasl_server_keys(s, keys, 4), SASL_SEND);
	CHECK_SLICE(sasl_server_output(s), vectors[0].server_first);
	CHECK_INT(sasl_server_step(s, vectors[0].client_final), SASL_SEND);
	CHECK_INT(sasl_server_step(s, S("")), SASL_OK);
	CHECK_INT(sasl_server_matched(s), 3);
	sasl_server_free(s);
}
