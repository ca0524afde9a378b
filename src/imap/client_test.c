#include "imap/client_test.h"

#include "base/test.h"
#include "store/message.h"

enum { REPLIES_MAX = 64 << 20 };

void test_client_say(struct test_client *c, slice bytes)
{
	enum want want;

	buf_reset(&c->replies);
	do {
		struct buf *out = engine_output(c->engine);

		test_host_work(&c->host);
		if (out->n > c->most) c->most = out->n;
		buf_add(&c->replies, buf_slice(out));
		buf_drop(out, out->n);
		want = engine_want(c->engine);
		if (want == WANT_DRAIN) c->engine->ops->drained(c->engine);
		if (want == WANT_INPUT)
			bytes = slice_skip(bytes, engine_feed(c->engine, bytes));
	} while (bytes.n || engine_want(c->engine) != WANT_INPUT ||
		 engine_output(c->engine)->n);
}

void test_client_open(struct test_client *c)
{
	*c = (struct test_client){ 0 };
	buf_init(&c->replies, REPLIES_MAX);
	CHECK(test_host_init(&c->host));
	c->engine = test_host_connect(&c->host);
	test_client_say(c, S("a LOGIN jo@example.test secret\r\n"));
}

void test_client_close(struct test_client *c)
{
	c->engine->ops->free(c->engine);
	test_host_done(&c->host);
	buf_done(&c->replies);
}

size_t test_client_count(const struct test_client *c, slice what)
{
	slice rest = buf_slice(&c->replies);
	size_t n = 0, at;

	while ((at = slice_find(rest, what)) < rest.n) {
		rest = slice_skip(rest, at + what.n);
		n++;
	}
	return n;
}

static int64_t inbox_of(struct account *a)
{
	struct mailbox inbox;
	struct arena arena;

	arena_init(&arena, 10000);
	CHECK_INT(mailbox_find(a, S("INBOX"), &arena, &inbox), ERR_NONE);
	arena_done(&arena);
	return inbox.id;
}

void test_client_deliver(struct test_client *c, slice message, int times)
{
	struct account *a = test_host_account(&c->host, 1);
	struct incoming *m = incoming_new(c->host.store);
	struct append what = { .message = m };
	uint32_t uid;

	CHECK_INT(incoming_add(m, message), ERR_NONE);
	CHECK_INT(incoming_finish(m), ERR_NONE);
	CHECK_INT(account_begin(a, JOB_WRITES), ERR_NONE);
	for (int i = 0; i < times; i++)
		CHECK_INT(message_append(a, inbox_of(a), &what, &uid, NULL), ERR_NONE);
	CHECK_INT(account_commit(a), ERR_NONE);
	incoming_free(m);
}
