#include "smtp/test_sender.h"

#include <stdlib.h>

void sender_require(bool condition)
{
	if (!condition) abort();
}

static const struct sender_message *sender_current(const struct test_sender *t)
{
	return &t->messages[t->next_message - 1];
}

static void sender_add_result(struct test_sender *t, const struct smtp_client_result *r)
{
	static const char *const stages[] = {
		[AT_GREETING] = "greeting", [AT_EHLO] = "ehlo",   [AT_HELO] = "helo",
		[AT_STARTTLS] = "starttls", [AT_LOGIN] = "login", [AT_REST] = "rest",
		[AT_MAIL] = "mail",         [AT_RCPT] = "rcpt",   [AT_DATA] = "data",
		[AT_CONTENT] = "content",   [AT_END] = "end",     [AT_RSET] = "rset",
	};
	static const char *const outcomes[] = { "delivered", "deferred", "refused" };

	buf_addf(&t->events, " %s %s %d %.*s %.*s\n", stages[r->stage],
		 outcomes[r->outcome], r->code, FMT(r->enhanced), FMT(r->text));
}

static void sender_begin(struct test_sender *t)
{
	t->next_message++;
	t->in_hand = true;
	for (uint32_t i = 0; i < sender_current(t)->m.count; i++)
		t->settled[i] = false;
}

static void sender_next(void *host)
{
	struct test_sender *t = host;

	sender_require(!t->asked && !t->in_hand && !t->has_failed);
	t->asked = SENDER_NEXT;
	buf_add(&t->events, S("next\n"));
}

static void sender_content(void *host, uint64_t offset, size_t max)
{
	struct test_sender *t = host;

	sender_require(!t->asked && t->in_hand && max > 0);
	sender_require(offset + max <= sender_current(t)->content.n);
	t->asked = SENDER_CONTENT;
	t->offset = offset;
	t->max = max;
}

static void sender_result(void *host, uint32_t i, const struct smtp_client_result *r)
{
	struct test_sender *t = host;

	sender_require(t->in_hand && i < sender_current(t)->m.count && !t->settled[i]);
	t->settled[i] = true;
	buf_addf(&t->events, "result %u", i);
	sender_add_result(t, r);
}

static void sender_done(void *host)
{
	struct test_sender *t = host;

	sender_require(t->in_hand);
	for (uint32_t i = 0; i < sender_current(t)->m.count; i++)
		sender_require(t->settled[i]);
	t->in_hand = false;
	buf_add(&t->events, S("done\n"));
	if (t->is_ahead) sender_begin(t);
	t->is_ahead = false;
}

static void sender_returned(void *host)
{
	struct test_sender *t = host;

	sender_require(t->in_hand);
	for (uint32_t i = 0; i < sender_current(t)->m.count; i++)
		sender_require(!t->settled[i]);
	t->in_hand = false;
	buf_add(&t->events, S("returned\n"));
}

static void sender_failed(void *host, const struct smtp_client_result *why)
{
	struct test_sender *t = host;

	sender_require(!t->in_hand && !t->has_failed);
	t->has_failed = true;
	t->asked = SENDER_IDLE;
	buf_add(&t->events, S("failed"));
	sender_add_result(t, why);
}

static const struct smtp_client_host sender_ops = {
	.next = sender_next,
	.content = sender_content,
	.result = sender_result,
	.done = sender_done,
	.returned = sender_returned,
	.failed = sender_failed,
};

void sender_init(struct test_sender *t)
{
	*t = (struct test_sender){ .config = { .host_name = S("client.example.test") } };
	buf_init(&t->events, SENDER_BUF_MAX);
	buf_init(&t->input, SENDER_BUF_MAX);
	buf_init(&t->said, SENDER_BUF_MAX);
}

struct smtp_client_message *sender_add(struct test_sender *t,
				       const struct smtp_client_rcpt *rcpts,
				       uint32_t count, slice content)
{
	struct sender_message *m = &t->messages[t->message_count++];

	sender_require(t->message_count <= SENDER_MESSAGES_MAX);
	m->content = content;
	m->m = (struct smtp_client_message){
		.reverse_path = S("a@client.example.test"),
		.recipients = rcpts,
		.count = count,
		.size = content.n,
	};
	return &m->m;
}

struct engine *sender_connect(struct test_sender *t, const struct tls_facts *tls)
{
	t->client = smtp_client_new(&t->config, tls, &sender_ops, t);
	return smtp_client_engine(t->client);
}

void sender_free_client(struct test_sender *t)
{
	struct engine *e = smtp_client_engine(t->client);

	e->ops->free(e);
	sender_require(!t->in_hand);
	t->client = NULL;
}

void sender_end(struct test_sender *t)
{
	if (t->client) sender_free_client(t);
	buf_done(&t->events);
	buf_done(&t->input);
	buf_done(&t->said);
}

static void sender_give_message(struct test_sender *t)
{
	if (t->next_message == t->message_count) {
		smtp_client_send(t->client, NULL);
		return;
	}
	sender_begin(t);
	smtp_client_send(t->client, &sender_current(t)->m);
}

static void sender_give_ahead(struct test_sender *t)
{
	if (!t->gives_ahead || t->is_ahead || t->next_message == t->message_count) return;
	t->is_ahead = smtp_client_ahead(t->client, &t->messages[t->next_message].m);
	if (t->is_ahead) buf_add(&t->events, S("ahead\n"));
}

static void sender_give_content(struct test_sender *t)
{
	slice octets = slice_skip(sender_current(t)->content, (size_t)t->offset);
	size_t n = t->piece_max && t->piece_max < t->max ? t->piece_max : t->max;

	sender_give_ahead(t);
	smtp_client_content(t->client, t->cannot_read ? S("") : slice_head(octets, n));
}

/* Answers what was asked; false: nothing was. */
static bool sender_answer(struct test_sender *t)
{
	__typeof__(t->asked) asked = t->asked;

	t->asked = SENDER_IDLE;
	sender_require((asked != SENDER_IDLE) ==
		       (engine_want(smtp_client_engine(t->client)) == WANT_HOST));
	if (asked == SENDER_NEXT)
		sender_give_message(t);
	else if (asked == SENDER_CONTENT)
		sender_give_content(t);
	return asked != SENDER_IDLE;
}

static void sender_run_job(struct engine *e)
{
	struct job *j = e->ops->job(e);

	j->prepare(j);
	j->done(j, ERR_NONE);
}

void sender_work(struct test_sender *t, size_t cut)
{
	struct engine *e = smtp_client_engine(t->client);
	size_t window = cut;

	for (;;) {
		while (sender_answer(t))
			continue;
		buf_add(&t->said, buf_slice(engine_output(e)));
		buf_drop(engine_output(e), engine_output(e)->n);
		if (engine_want(e) == WANT_DRAIN) {
			e->ops->drained(e);
		} else if (engine_want(e) == WANT_JOB) {
			sender_run_job(e);
		} else if (engine_want(e) == WANT_INPUT && t->input.n) {
			slice in = slice_head(buf_slice(&t->input), window);
			size_t taken = engine_feed(e, in);

			buf_drop(&t->input, taken);
			if (taken == 0 && in.n == t->input.n &&
			    engine_want(e) == WANT_INPUT)
				return;
			window = taken ? cut : window + cut;
		} else if (engine_want(e) != WANT_HOST) {
			return;
		}
	}
}
