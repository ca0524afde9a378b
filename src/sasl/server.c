#include "sasl/server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sasl/exchange.h"

enum { OUTPUT_LIMIT = 2 * 1024 }; /* octets of one message of ours */

struct sasl_server *sasl_server_new(const struct sasl_mechanism *m,
				    const struct sasl_facts *facts)
{
	struct sasl_server *s = calloc(1, m->server->size);

	assert(s && (facts->keys || !(m->flags & SASL_NEEDS_SCRAM_KEYS)));
	s->mechanism = m;
	s->facts = *facts;
	s->question.hash = m->hash;
	buf_init(&s->user, SASL_NAME_MAX);
	buf_init(&s->authorization, SASL_NAME_MAX);
	buf_init(&s->password,
		 m->flags & SASL_NEEDS_TOKENS ? SASL_RESPONSE_MAX : PASSWORD_MAX);
	buf_init(&s->output, OUTPUT_LIMIT);
	return s;
}

void sasl_server_free(struct sasl_server *s)
{
	if (!s) return;
	if (s->mechanism->server->done) s->mechanism->server->done(s);
	buf_done(&s->user);
	buf_done(&s->authorization);
	buf_wipe(&s->password);
	buf_done(&s->output);
	explicit_bzero(s, s->mechanism->server->size);
	free(s);
}

/* The mechanism's turn; its answer is the status. */
static enum sasl_status take_turn(struct sasl_server *s, slice response)
{
	buf_reset(&s->output);
	if (response.n > SASL_RESPONSE_MAX) return finish_fail(s, SASL_TOO_LONG);
	s->status = s->mechanism->server->step(s, response);
	s->turn++;
	return s->status;
}

enum sasl_status sasl_server_start(struct sasl_server *s, const slice *initial)
{
	unsigned flags = s->mechanism->flags;

	assert(s->turn == 0);
	if (initial) {
		if (flags & SASL_SERVER_FIRST) return finish_fail(s, SASL_SYNTAX);
		s->turn = 1;
		return take_turn(s, *initial);
	}
	if (!(flags & SASL_CLIENT_FIRST)) return take_turn(s, S(""));
	s->turn = 1;
	return finish_send(s);
}

enum sasl_status sasl_server_step(struct sasl_server *s, slice response)
{
	assert(s->turn > 0 && s->status == SASL_SEND);
	return take_turn(s, response);
}

static void begin_answer(struct sasl_server *s)
{
	assert(s->status == SASL_NEED);
	buf_wipe(&s->password);
	s->question.password = S("");
	buf_reset(&s->output);
}

enum sasl_status sasl_server_verdict(struct sasl_server *s, enum err verdict)
{
	begin_answer(s);
	if (s->question.need == SASL_NEED_REFUSAL) verdict = ERR_DENIED;
	switch (verdict) {
	case ERR_NONE:
		return finish_matched(s, 0);
	case ERR_DENIED:
		return finish_fail(s, SASL_CREDENTIALS);
	default:
		return finish_fail(s, SASL_UNAVAILABLE);
	}
}

static bool keep_name(struct buf *kept, slice name, slice *ret)
{
	if (!text_is_valid(name, SASL_NAME_MAX) || !buf_add(kept, name)) return false;
	*ret = buf_slice(kept);
	return true;
}

bool keep_authorization(struct sasl_server *s, slice authorization)
{
	return authorization.n == 0 ||
	       keep_name(&s->authorization, authorization, &s->question.authorization);
}

bool keep_user(struct sasl_server *s, slice user, slice authorization)
{
	return keep_name(&s->user, user, &s->question.user) &&
	       keep_authorization(s, authorization.n ? authorization : user);
}

/* Whom the client acts as, if it said so, is kept already. */
static bool keep_identity(struct sasl_server *s, slice user)
{
	return keep_name(&s->user, user, &s->question.user) &&
	       (s->authorization.n || keep_authorization(s, user));
}

enum sasl_status sasl_server_identity(struct sasl_server *s,
				      const struct sasl_identity *whom)
{
	bool is_refused = whom->verdict == ERR_DENIED;

	if (is_refused && s->mechanism->server->refuse) {
		begin_answer(s);
		return s->mechanism->server->refuse(s, whom);
	}
	if (!whom->verdict && !keep_identity(s, whom->user)) is_refused = true;
	return sasl_server_verdict(s, is_refused ? ERR_DENIED : whom->verdict);
}

enum sasl_status sasl_server_accept(struct sasl_server *s)
{
	const struct sasl_question *q = &s->question;
	bool is_somebody = q->need != SASL_NEED_TOKEN || q->password.n > 0;
	struct sasl_identity whom = { .verdict = is_somebody ? ERR_NONE : ERR_DENIED };

	if (q->need != SASL_NEED_TOKEN && q->need != SASL_NEED_CERTIFICATE)
		return sasl_server_verdict(s, ERR_NONE);
	whom.user = q->authorization.n ? q->authorization : S("somebody");
	return sasl_server_identity(s, &whom);
}

enum sasl_status sasl_server_secrets(struct sasl_server *s, const slice *secrets,
				     size_t count)
{
	assert(s->question.need == SASL_NEED_SECRETS);
	begin_answer(s);
	return s->mechanism->server->secrets(s, secrets, count);
}

enum sasl_status sasl_server_keys(struct sasl_server *s, const struct scram_keys *keys,
				  size_t count)
{
	assert(s->question.need == SASL_NEED_KEYS);
	begin_answer(s);
	return s->mechanism->server->keys(s, keys, count);
}

enum sasl_status sasl_server_status(const struct sasl_server *s)
{
	return s->status;
}

slice sasl_server_output(const struct sasl_server *s)
{
	return buf_slice(&s->output);
}

const struct sasl_question *sasl_server_question(const struct sasl_server *s)
{
	return &s->question;
}

size_t sasl_server_matched(const struct sasl_server *s)
{
	return s->matched;
}

enum sasl_failure sasl_server_failure(const struct sasl_server *s)
{
	return s->failure;
}

bool keep_password(struct sasl_server *s, slice password)
{
	if (!text_is_valid(password, PASSWORD_MAX)) return false;
	buf_add(&s->password, password);
	s->question.password = buf_slice(&s->password);
	return true;
}

enum sasl_status finish_need(struct sasl_server *s, enum sasl_need need)
{
	s->question.need = need;
	return s->status = SASL_NEED;
}

enum sasl_status finish_send(struct sasl_server *s)
{
	if (s->output.overflow) return finish_fail(s, SASL_TOO_LONG);
	return s->status = SASL_SEND;
}

enum sasl_status finish_fail(struct sasl_server *s, enum sasl_failure why)
{
	buf_reset(&s->output);
	s->failure = why;
	return s->status = SASL_FAIL;
}

enum sasl_status finish_matched(struct sasl_server *s, size_t index)
{
	s->matched = index;
	return s->status = SASL_OK;
}

bool add_timestamp(struct buf *out, const struct sasl_facts *facts)
{
	return buf_add_char(out, '<') && buf_add(out, facts->nonce) &&
	       buf_addf(out, ".%lld@", (long long)facts->time) &&
	       buf_add(out, facts->hostname) && buf_add_char(out, '>');
}
