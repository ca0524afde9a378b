/* PLAIN (RFC 4616): [authzid] NUL authcid NUL passwd. */
#include "sasl/exchange.h"

static enum sasl_status server_step(struct sasl_server *s, slice response)
{
	slice authorization, user;

	if (!take_until(&response, '\0', &authorization) ||
	    !take_until(&response, '\0', &user) || !keep_user(s, user, authorization) ||
	    !keep_password(s, response))
		return finish_fail(s, SASL_SYNTAX);
	return finish_need(s, SASL_NEED_PASSWORD);
}

const struct sasl_server_ops plain_server = {
	.size = sizeof(struct sasl_server),
	.step = server_step,
};

static enum sasl_status client_step(struct sasl_client *c, slice challenge)
{
	if (challenge.n) return SASL_FAIL;
	buf_add(&c->output, c->login.authorization);
	buf_add_char(&c->output, '\0');
	buf_add(&c->output, c->login.user);
	buf_add_char(&c->output, '\0');
	buf_add(&c->output, c->login.password);
	c->is_done = true;
	return SASL_SEND;
}

const struct sasl_client_ops plain_client = {
	.size = sizeof(struct sasl_client),
	.step = client_step,
};
