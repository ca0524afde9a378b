/* EXTERNAL (RFC 4422 appendix A): the response is whom the client acts as, or empty; who
 * it is, its certificate says. */
#include "sasl/exchange.h"

static enum sasl_status server_step(struct sasl_server *s, slice response)
{
	if (!keep_authorization(s, response)) return finish_fail(s, SASL_SYNTAX);
	s->question.tls = s->facts.tls;
	return finish_need(s, SASL_NEED_CERTIFICATE);
}

const struct sasl_server_ops external_server = {
	.size = sizeof(struct sasl_server),
	.step = server_step,
};
