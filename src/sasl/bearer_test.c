#include "base/test.h"
#include "sasl/test_host.h"

#define A "\x01"

static const struct sasl_facts facts = { .hostname = SLICE_INIT("mail.example.org") };

static enum sasl_status begin(const char *mechanism, slice response,
			      struct sasl_server **ret)
{
	enum sasl_status status;

	*ret = sasl_server_new(sasl_find(slice_of(mechanism)), &facts);
	status = sasl_server_start(*ret, &response);
	return status == SASL_NEED ? test_answer(*ret) : status;
}

static void check_success(const char *mechanism, slice response, slice user)
{
	struct sasl_server *s;

	CHECK_INT(begin(mechanism, response, &s), SASL_OK);
	CHECK_SLICE(sasl_server_question(s)->user, user);
	CHECK_SLICE(sasl_server_question(s)->authorization, user);
	CHECK_SLICE(sasl_server_question(s)->password, S(""));
	sasl_server_free(s);
}

TEST(bearer_token_names_the_user)
{
	check_success("OAUTHBEARER", S("n,," A "auth=Bearer tim" A A), S("tim"));
	check_success("OAUTHBEARER", S("n,a=tim," A "auth=Bearer tim" A A), S("tim"));
	check_success("XOAUTH2", S("user=tim" A "auth=Bearer tim" A A), S("tim"));
}

static void check_refusal(const char *mechanism, slice response, slice told, slice last)
{
	struct sasl_server *s;

	CHECK_INT(begin(mechanism, response, &s), SASL_SEND);
	CHECK_SLICE(sasl_server_output(s), told);
	CHECK_INT(sasl_server_step(s, last), SASL_FAIL);
	CHECK_INT(sasl_server_failure(s), SASL_CREDENTIALS);
	CHECK_INT(sasl_server_output(s).n, 0);
	sasl_server_free(s);
}

/* RFC 7628 4.3; the last response may be anything. */
TEST(bearer_refusal_is_told_and_then_fails)
{
	slice rfc = S("{\"status\":\"invalid_token\",\"scope\":\"example_scope\"}"),
	      google = S("{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"example_"
			 "scope\"}");

	check_refusal("OAUTHBEARER", S("n,a=tim," A "auth=" A A), rfc, S(A));
	check_refusal("OAUTHBEARER", S("n,a=user," A "auth=Bearer tim" A A), rfc, S(A));
	check_refusal("OAUTHBEARER", S("n,," A "auth=Bearer bob" A A), rfc,
		      S("n,," A "auth=Bearer tim" A A));
	check_refusal("XOAUTH2", S("user=tim" A "auth=Bearer bob" A A), google, S(""));
	check_refusal("XOAUTH2", S("user=user" A "auth=Bearer tim" A A), google, S(""));
}

TEST(bearer_trouble_is_no_refusal)
{
	slice response = S("n,," A "auth=Bearer tim" A A);
	struct sasl_server *s = sasl_server_new(sasl_find(S("OAUTHBEARER")), &facts);

	CHECK_INT(sasl_server_start(s, &response), SASL_NEED);
	CHECK_SLICE(sasl_server_question(s)->password, S("tim"));
	CHECK_INT(
		sasl_server_identity(s, &(struct sasl_identity){ .verdict = ERR_LATER }),
		SASL_FAIL);
	CHECK_INT(sasl_server_failure(s), SASL_UNAVAILABLE);
	sasl_server_free(s);
}

TEST(bearer_token_of_the_greatest_length)
{
	static const slice start = SLICE_INIT("n,," A "auth=Bearer "),
			   end = SLICE_INIT(A A);
	struct buf message;
	struct sasl_server *s;

	buf_init(&message, SASL_RESPONSE_MAX + 1);
	buf_add(&message, start);
	while (message.n + end.n < SASL_RESPONSE_MAX)
		buf_add_char(&message, 'x');
	buf_add(&message, end);
	CHECK_INT(begin("OAUTHBEARER", buf_slice(&message), &s), SASL_SEND);
	sasl_server_free(s);
	buf_add_char(&message, 'x');
	CHECK_INT(begin("OAUTHBEARER", buf_slice(&message), &s), SASL_FAIL);
	CHECK_INT(sasl_server_failure(s), SASL_TOO_LONG);
	sasl_server_free(s);
	buf_done(&message);
}
