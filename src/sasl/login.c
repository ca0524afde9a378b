/*
 * LOGIN, which no RFC describes: two prompts, two answers. Old Outlooks and
 * many devices know nothing else. Clients go by the order, not by the text of
 * the prompts, and some send the name as initial response.
 */
#include "sasl/exchange.h"

static enum sasl_status server_step(struct sasl_server *s, slice response)
{
	switch (s->turn) {
	case 0:
		buf_add(&s->output, S("Username:"));
		return finish_send(s);
	case 1:
		if (!keep_user(s, response, S(""))) return finish_fail(s, SASL_SYNTAX);
		buf_add(&s->output, S("Password:"));
		return finish_send(s);
	default:
		if (!keep_password(s, response)) return finish_fail(s, SASL_SYNTAX);
		return finish_need(s, SASL_NEED_PASSWORD);
	}
}

const struct sasl_server_ops login_server = {
	.size = sizeof(struct sasl_server),
	.step = server_step,
};

static enum sasl_status client_step(struct sasl_client *c, slice)
{
	if (c->login.authorization.n) return SASL_FAIL;
	buf_add(&c->output, c->turn == 0 ? c->login.user : c->login.password);
	c->is_done = c->turn == 1;
	return SASL_SEND;
}

const struct sasl_client_ops login_client = {
	.size = sizeof(struct sasl_client),
	.step = client_step,
};
