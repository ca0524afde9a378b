/* Every mechanism, both sides against each other, and what all have in common. */
#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "sasl/exchange.h"
#include "sasl/test_converse.h"

static const struct tls_facts tls = {
	.binding_exporter = SLICE_INIT("0123456789abcdef0123456789abcdef"),
	.binding_endpoint = SLICE_INIT("fedcba9876543210fedcba9876543210"),
};

static const struct sasl_facts facts = {
	.hostname = SLICE_INIT("mail.example.org"),
	.nonce = SLICE_INIT("3rfcNHYJY1ZVvWVs7j"),
	.time = 697170952,
	.tls = &tls,
	.keys = &test_keys,
};

static enum sasl_status log_in(const struct sasl_mechanism *m,
			       const struct sasl_login *login, bool initial)
{
	struct sasl_server *s = sasl_server_new(m, &facts);
	struct sasl_client *c = sasl_client_new(m, login);
	enum sasl_status status = test_converse(s, c, initial);

	if (status == SASL_OK) CHECK_SLICE(sasl_server_question(s)->user, login->user);
	sasl_client_free(c);
	sasl_server_free(s);
	return status;
}

TEST(sasl_every_mechanism_both_sides)
{
	size_t count;
	const struct sasl_mechanism *m = sasl_mechanisms(&count);

	for (size_t i = 0; i < count; i++) {
		struct sasl_login login = { .user = S("user"),
					    .password = S("pencil"),
					    .nonce = S("fyko+d2lbbFgONRv9qkxdawL"),
					    .tls = &tls,
					    .server_binds = true };

		if (!m[i].client) continue; /* bearer_test.c, external_test.c */
		CHECK_INT(log_in(&m[i], &login, false), SASL_OK);
		if (!(m[i].flags & SASL_SERVER_FIRST))
			CHECK_INT(log_in(&m[i], &login, true), SASL_OK);
		login.password = test_users[0].passwords[1];
		CHECK_INT(log_in(&m[i], &login, false), SASL_OK);
		login.password = S("pencils");
		CHECK_INT(log_in(&m[i], &login, false), SASL_FAIL);
		login.password = S("pencil");
		login.user = S("nobody");
		CHECK_INT(log_in(&m[i], &login, false), SASL_FAIL);
		login.user = S("user");
		login.authorization = S("tim"); /* which user may not */
		CHECK_INT(log_in(&m[i], &login, false), SASL_FAIL);
		login.authorization = S("");
		login.user = S("us\0er");
		CHECK_INT(log_in(&m[i], &login, false), SASL_FAIL);
	}
}

static enum sasl_failure failure_of(const char *mechanism, slice response)
{
	const struct sasl_mechanism *m = sasl_find(slice_of(mechanism));
	struct sasl_server *s = sasl_server_new(m, &facts);
	enum sasl_failure why;

	CHECK_INT(sasl_server_start(s, NULL), SASL_SEND);
	CHECK_INT(sasl_server_step(s, response), SASL_FAIL);
	CHECK_INT(sasl_server_output(s).n, 0);
	why = sasl_server_failure(s);
	sasl_server_free(s);
	return why;
}

TEST(sasl_malformed_responses)
{
	static const struct {
		const char *mechanism;
		slice response;
		enum sasl_failure why;
	} t[] = {
		{ "PLAIN", SLICE_INIT(""), SASL_SYNTAX },
		{ "PLAIN", SLICE_INIT("\0"), SASL_SYNTAX },
		{ "PLAIN", SLICE_INIT("\0user"), SASL_SYNTAX },
		{ "PLAIN", SLICE_INIT("\0user\0"), SASL_SYNTAX },
		{ "PLAIN", SLICE_INIT("\0\0pencil"), SASL_SYNTAX },
		{ "PLAIN", SLICE_INIT("\0user\0pencil\0"), SASL_SYNTAX },
		{ "PLAIN", SLICE_INIT("\0us\rer\0pencil"), SASL_SYNTAX },
		{ "PLAIN", SLICE_INIT("\0us\xff\0pencil"), SASL_SYNTAX },
		{ "LOGIN", SLICE_INIT(""), SASL_SYNTAX },
		{ "LOGIN", SLICE_INIT("us\0er"), SASL_SYNTAX },
		{ "CRAM-MD5", SLICE_INIT(""), SASL_SYNTAX },
		{ "CRAM-MD5", SLICE_INIT("tim"), SASL_SYNTAX },
		{ "CRAM-MD5", SLICE_INIT(" b913a602c7eda7a495b4e6e7334d3890"),
		  SASL_SYNTAX },
		{ "CRAM-MD5", SLICE_INIT("tim b913a602c7eda7a495b4e6e7334d389"),
		  SASL_SYNTAX },
		{ "CRAM-MD5", SLICE_INIT("timb913a602c7eda7a495b4e6e7334d3890"),
		  SASL_SYNTAX },
		{ "EXTERNAL", SLICE_INIT("t\0m"), SASL_SYNTAX },
		{ "EXTERNAL", SLICE_INIT("t\xffm"), SASL_SYNTAX },
		{ "OAUTHBEARER", SLICE_INIT(""), SASL_SYNTAX },
		{ "OAUTHBEARER", SLICE_INIT("\x01"), SASL_SYNTAX },
		{ "OAUTHBEARER",
		  SLICE_INIT("n,a=t=3m,\x01"
			     "auth=Bearer x\x01\x01"),
		  SASL_SYNTAX },
		{ "XOAUTH2", SLICE_INIT(""), SASL_SYNTAX },
		{ "XOAUTH2", SLICE_INIT("\x01"), SASL_SYNTAX },
		{ "SCRAM-SHA-1", SLICE_INIT(""), SASL_SYNTAX },
		{ "SCRAM-SHA-1", SLICE_INIT("n,,n=user"), SASL_SYNTAX },
		{ "SCRAM-SHA-1", SLICE_INIT("n,,n=us=2Xer,r=abc"), SASL_SYNTAX },
		{ "SCRAM-SHA-1", SLICE_INIT("n,,m=ext,n=user,r=abc"), SASL_SYNTAX },
		{ "SCRAM-SHA-1", SLICE_INIT("y,,n=user,r=abc"), SASL_BINDING },
		{ "SCRAM-SHA-1", SLICE_INIT("p=tls-exporter,,n=user,r=abc"),
		  SASL_BINDING },
		{ "SCRAM-SHA-1-PLUS", SLICE_INIT("n,,n=user,r=abc"), SASL_BINDING },
		{ "SCRAM-SHA-1-PLUS", SLICE_INIT("y,,n=user,r=abc"), SASL_BINDING },
		{ "SCRAM-SHA-1-PLUS", SLICE_INIT("p=tls-unique,,n=user,r=abc"),
		  SASL_BINDING },
	};

	for (size_t i = 0; i < countof(t); i++)
		CHECK_INT(failure_of(t[i].mechanism, t[i].response), t[i].why);
}

TEST(sasl_response_too_long)
{
	static char bytes[SASL_RESPONSE_MAX + 1];
	size_t count;
	const struct sasl_mechanism *m = sasl_mechanisms(&count);

	memset(bytes, 'a', sizeof(bytes));
	for (size_t i = 0; i < count; i++)
		CHECK_INT(failure_of(m[i].name.p, (slice){ bytes, sizeof(bytes) }),
			  SASL_TOO_LONG);
	/* One less is read and refused for what it is. */
	CHECK_INT(failure_of("PLAIN", (slice){ bytes, SASL_RESPONSE_MAX }), SASL_SYNTAX);
}

TEST(sasl_plain_takes_255_octets_each) /* RFC 4616 2 */
{
	struct sasl_server *s = sasl_server_new(sasl_find(S("PLAIN")), &facts);
	char m[3 * 255 + 2];
	slice message = { m, sizeof(m) };

	memset(m, 'x', sizeof(m));
	m[255] = m[511] = '\0';
	CHECK_INT(sasl_server_start(s, &message), SASL_NEED);
	CHECK_INT(sasl_server_question(s)->user.n, 255);
	CHECK_INT(sasl_server_question(s)->authorization.n, 255);
	CHECK_INT(sasl_server_question(s)->password.n, 255);
	CHECK_INT(sasl_server_verdict(s, ERR_LATER), SASL_FAIL);
	CHECK_INT(sasl_server_failure(s), SASL_UNAVAILABLE);
	sasl_server_free(s);
}

TEST(sasl_plain_examples) /* RFC 4616 4 */
{
	slice one = S("\0tim\0tanstaaftanstaaf"), two = S("Ursel\0Kurt\0xipj3plmq");
	struct sasl_server *s = sasl_server_new(sasl_find(S("plain")), &facts);

	CHECK_INT(sasl_server_start(s, NULL), SASL_SEND);
	CHECK_INT(sasl_server_output(s).n, 0);
	CHECK_INT(sasl_server_step(s, one), SASL_NEED);
	CHECK_INT(sasl_server_question(s)->need, SASL_NEED_PASSWORD);
	CHECK_SLICE(sasl_server_question(s)->password, S("tanstaaftanstaaf"));
	CHECK_INT(sasl_server_verdict(s, ERR_NONE), SASL_OK);
	CHECK_SLICE(sasl_server_question(s)->user, S("tim"));
	CHECK_SLICE(sasl_server_question(s)->authorization, S("tim"));
	CHECK_INT(sasl_server_question(s)->password.n, 0);
	sasl_server_free(s);
	s = sasl_server_new(sasl_find(S("PLAIN")), &facts);
	CHECK_INT(sasl_server_start(s, &two), SASL_NEED);
	CHECK_SLICE(sasl_server_question(s)->user, S("Kurt"));
	CHECK_SLICE(sasl_server_question(s)->authorization, S("Ursel"));
	CHECK_INT(sasl_server_verdict(s, ERR_DENIED), SASL_FAIL);
	CHECK_INT(sasl_server_failure(s), SASL_CREDENTIALS);
	sasl_server_free(s);
}

TEST(sasl_login_prompts)
{
	struct sasl_server *s = sasl_server_new(sasl_find(S("LOGIN")), &facts);

	CHECK_INT(sasl_server_start(s, NULL), SASL_SEND);
	CHECK_SLICE(sasl_server_output(s), S("Username:"));
	CHECK_INT(sasl_server_step(s, S("user")), SASL_SEND);
	CHECK_SLICE(sasl_server_output(s), S("Password:"));
	CHECK_INT(sasl_server_step(s, S("p\xc3\xa4ncil")), SASL_NEED);
	CHECK_INT(sasl_server_verdict(s, ERR_DENIED), SASL_FAIL);
	sasl_server_free(s);
}

TEST(sasl_cram_md5_example) /* RFC 2195 2 */
{
	struct sasl_facts then = facts;
	slice secrets[] = { S("wrong"), S("tanstaaftanstaaf") };
	struct sasl_server *s;
	slice initial = S("");

	then.hostname = S("postoffice.reston.mci.net");
	then.nonce = S("1896");
	s = sasl_server_new(sasl_find(S("CRAM-MD5")), &then);
	CHECK_INT(sasl_server_start(s, NULL), SASL_SEND);
	CHECK_SLICE(sasl_server_output(s),
		    S("<1896.697170952@postoffice.reston.mci.net>"));
	CHECK_INT(sasl_server_step(s, S("tim b913a602c7eda7a495b4e6e7334d3890")),
		  SASL_NEED);
	CHECK_INT(sasl_server_question(s)->need, SASL_NEED_SECRETS);
	CHECK_INT(sasl_server_secrets(s, secrets, 2), SASL_OK);
	CHECK_INT(sasl_server_matched(s), 1);
	sasl_server_free(s);
	s = sasl_server_new(sasl_find(S("CRAM-MD5")), &then);
	CHECK_INT(sasl_server_start(s, &initial),
		  SASL_FAIL); /* the server speaks first */
	sasl_server_free(s);
}

TEST(sasl_text)
{
	static const struct {
		slice text;
		bool ok;
	} t[] = {
		{ SLICE_INIT("a b~"), true },       { SLICE_INIT(""), false },
		{ SLICE_INIT("\xc3\xa4"), true },   { SLICE_INIT("a\nb"), false },
		{ SLICE_INIT("a\x7f"), false },     { SLICE_INIT("\xc0\xaf"), false },
		{ SLICE_INIT("12345678"), true },   { SLICE_INIT("a\0"), false },
		{ SLICE_INIT("123456789"), false },
	};

	for (size_t i = 0; i < countof(t); i++)
		CHECK_INT(text_is_valid(t[i].text, 8), t[i].ok);
}
