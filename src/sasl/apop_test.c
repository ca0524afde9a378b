#include "base/test.h"
#include "sasl/client.h"
#include "sasl/server.h"

static const slice digest = SLICE_INIT("mrose c4c9334bac560ecc979e58001b3e22fb");
static const slice greeting = SLICE_INIT("<1896.697170952@dbc.mtview.ca.us>");

TEST(apop_example) /* RFC 1939 7 */
{
	const struct sasl_facts facts = { .hostname = S("dbc.mtview.ca.us"),
					  .nonce = S("1896"),
					  .time = 697170952 };
	const slice secrets[] = { S("tanstaaf!"), S("tanstaaf") };

	for (size_t count = 0; count <= 2; count++) {
		struct sasl_server *s = sasl_server_new(&sasl_apop, &facts);

		CHECK_INT(sasl_server_start(s, NULL), SASL_SEND);
		CHECK_SLICE(sasl_server_output(s), greeting);
		CHECK_INT(sasl_server_step(s, digest), SASL_NEED);
		CHECK_INT(sasl_server_question(s)->need, SASL_NEED_SECRETS);
		CHECK_SLICE(sasl_server_question(s)->user, S("mrose"));
		CHECK_INT(sasl_server_secrets(s, secrets, count),
			  count == 2 ? SASL_OK : SASL_NEED);
		if (count == 2) {
			CHECK_INT(sasl_server_matched(s), 1);
		} else { /* the host is told of every wrong guess */
			CHECK_INT(sasl_server_question(s)->need, SASL_NEED_REFUSAL);
			CHECK_INT(sasl_server_verdict(s, ERR_NONE), SASL_FAIL);
		}
		CHECK_INT(sasl_server_status(s), count == 2 ? SASL_OK : SASL_FAIL);
		sasl_server_free(s);
	}
}

TEST(apop_client)
{
	const struct sasl_login login = { .user = S("mrose"), .password = S("tanstaaf") };
	struct sasl_client *c = sasl_client_new(&sasl_apop, &login);

	CHECK_INT(sasl_client_step(c, greeting), SASL_SEND);
	CHECK_SLICE(sasl_client_output(c), digest);
	sasl_client_free(c);
	CHECK(sasl_find(S("APOP")) == NULL); /* it is not to be had by AUTH */
}
