#include "base/test.h"
#include "sasl/test_host.h"

static const struct tls_facts tls = { .peer_is_verified = true,
				      .peer_subject = SLICE_INIT("tim") };
static const struct sasl_facts facts = { .hostname = SLICE_INIT("mail.example.org"),
					 .tls = &tls };

static enum sasl_status answer(const slice *initial, struct sasl_server **ret)
{
	enum sasl_status status;

	*ret = sasl_server_new(sasl_find(S("EXTERNAL")), &facts);
	status = sasl_server_start(*ret, initial);
	if (status == SASL_SEND) {
		CHECK_SLICE(sasl_server_output(*ret), S(""));
		status = sasl_server_step(*ret, S(""));
	}
	CHECK_INT(status, SASL_NEED);
	CHECK_INT(sasl_server_question(*ret)->need, SASL_NEED_CERTIFICATE);
	return test_answer(*ret);
}

/* RFC 4422 A.4: as itself with an empty response, as another with a name. */
TEST(external_is_whom_the_certificate_names)
{
	const slice tim = S("tim"), user = S("user");
	struct sasl_server *s;

	CHECK_INT(answer(NULL, &s), SASL_OK);
	CHECK_SLICE(sasl_server_question(s)->user, tim);
	CHECK_SLICE(sasl_server_question(s)->authorization, tim);
	sasl_server_free(s);
	CHECK_INT(answer(&tim, &s), SASL_OK);
	sasl_server_free(s);
	CHECK_INT(answer(&user, &s), SASL_FAIL);
	CHECK_INT(sasl_server_failure(s), SASL_CREDENTIALS);
	sasl_server_free(s);
}
