/*
 * OAUTHBEARER (RFC 7628) and XOAUTH2, its forerunner of Google and Microsoft: a bearer
 * token and whom the client acts as; whom the token names is the host's to find out. A
 * refusal is told in JSON; the client says one more thing, whatever it is, and then the
 * exchange fails (RFC 7628 3.2.3).
 */
#include "base/cleanup.h"
#include "base/json_writer.h"
#include "sasl/bearer_message.h"
#include "sasl/exchange.h"
#include "sasl/scram_message.h"

struct bearer_server {
	struct sasl_server base;
	bool is_refused;
};

static enum sasl_status take_response(struct sasl_server *s, slice authorization,
				      slice token)
{
	if (!keep_authorization(s, authorization)) return finish_fail(s, SASL_SYNTAX);
	buf_add(&s->password, token);
	s->question.password = buf_slice(&s->password);
	return finish_need(s, SASL_NEED_TOKEN);
}

static bool is_at_end(const struct sasl_server *s)
{
	return ((const struct bearer_server *)s)->is_refused;
}

static enum sasl_status oauthbearer_step(struct sasl_server *s, slice response)
{
	CLEANUP(buf_done) struct buf name = { .max = SASL_NAME_MAX };
	struct bearer_message m;

	if (is_at_end(s)) return finish_fail(s, SASL_CREDENTIALS);
	if (!bearer_read_oauth(response, &m) ||
	    !scram_decode_name(m.authorization, &name))
		return finish_fail(s, SASL_SYNTAX);
	return take_response(s, buf_slice(&name), m.token);
}

static enum sasl_status xoauth2_step(struct sasl_server *s, slice response)
{
	struct bearer_message m;

	if (is_at_end(s)) return finish_fail(s, SASL_CREDENTIALS);
	if (!bearer_read_xoauth2(response, &m)) return finish_fail(s, SASL_SYNTAX);
	return take_response(s, m.authorization, m.token);
}

static void write_pair(struct json_writer *w, slice key, slice value)
{
	if (value.n == 0) return;
	json_write_key(w, key);
	json_write_string(w, value);
}

static enum sasl_status tell_refusal(struct sasl_server *s, slice status, slice schemes,
				     const struct sasl_identity *whom)
{
	struct json_writer w;

	((struct bearer_server *)s)->is_refused = true;
	json_writer_init(&w, &s->output);
	json_write_object_begin(&w);
	write_pair(&w, S("status"), status);
	write_pair(&w, S("schemes"), schemes);
	write_pair(&w, S("scope"), whom->scope);
	write_pair(&w, S("openid-configuration"), whom->discovery);
	json_write_object_end(&w);
	return finish_send(s);
}

static enum sasl_status oauthbearer_refuse(struct sasl_server *s,
					   const struct sasl_identity *whom)
{
	return tell_refusal(s, whom->status.n ? whom->status : S("invalid_token"), S(""),
			    whom);
}

/* In its words the status is one of HTTP. */
static enum sasl_status xoauth2_refuse(struct sasl_server *s,
				       const struct sasl_identity *whom)
{
	return tell_refusal(s, S("401"), S("bearer"), whom);
}

const struct sasl_server_ops oauthbearer_server = {
	.size = sizeof(struct bearer_server),
	.step = oauthbearer_step,
	.refuse = oauthbearer_refuse,
};

const struct sasl_server_ops xoauth2_server = {
	.size = sizeof(struct bearer_server),
	.step = xoauth2_step,
	.refuse = xoauth2_refuse,
};
