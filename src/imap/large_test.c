/* Mailboxes and answers that need many slices, and jobs that fail. */
#include <stdlib.h>

#include "base/test.h"
#include "imap/test_host.h"
#include "store/message.h"

struct client {
	struct test_host host;
	struct engine *engine;
	struct buf replies;
	size_t most; /* octets that the output ever held */
};

static void say(struct client *c, const char *text)
{
	slice bytes = slice_of(text);
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

static void open_client(struct client *c)
{
	*c = (struct client){ 0 };
	buf_init(&c->replies, 64 << 20);
	CHECK(test_host_init(&c->host));
	c->engine = test_host_connect(&c->host);
	say(c, "a LOGIN jo@example.test secret\r\n");
}

static void close_client(struct client *c)
{
	c->engine->ops->free(c->engine);
	test_host_done(&c->host);
	buf_done(&c->replies);
}

static size_t count(const struct client *c, slice what)
{
	slice rest = buf_slice(&c->replies);
	size_t n = 0, at;

	while ((at = slice_find(rest, what)) < rest.n) {
		rest = slice_skip(rest, at + what.n);
		n++;
	}
	return n;
}

/* Appends messages behind the session's back. */
static int64_t fill_inbox(struct client *c, int messages)
{
	struct account *a = test_host_account(&c->host, 1);
	struct append what = { .message = incoming_new(c->host.store) };
	struct arena arena;
	struct mailbox inbox;
	uint32_t uid;

	arena_init(&arena, 10000);
	CHECK_INT(incoming_finish((struct incoming *)(uintptr_t)what.message), ERR_NONE);
	CHECK_INT(account_begin(a, JOB_WRITES), ERR_NONE);
	CHECK_INT(mailbox_find(a, S("INBOX"), &arena, &inbox), ERR_NONE);
	for (int i = 0; i < messages; i++)
		CHECK_INT(message_append(a, inbox.id, &what, &uid, NULL), ERR_NONE);
	CHECK_INT(account_commit(a), ERR_NONE);
	incoming_free((struct incoming *)(uintptr_t)what.message);
	arena_done(&arena);
	return inbox.id;
}

TEST(imap_many_changes)
{
	enum { MESSAGES = 5000 };
	struct client c;

	open_client(&c);
	fill_inbox(&c, MESSAGES);
	say(&c, "b SELECT INBOX\r\n");
	CHECK_INT(count(&c, S("* 5000 EXISTS\r\n* 5000 RECENT\r\n")), 1);
	say(&c, "c STORE 1:* +FLAGS ($a)\r\n");
	CHECK_INT(count(&c, S("FETCH (FLAGS (\\Recent $a))\r\n")), MESSAGES);
	CHECK_INT(count(&c, S("c OK STORE completed\r\n")), 1);
	say(&c, "d NOOP\r\n");
	CHECK_SLICE(buf_slice(&c.replies), S("d OK NOOP completed\r\n"));
	fill_inbox(&c, MESSAGES);
	say(&c, "e STORE 1:* +FLAGS.SILENT (\\Deleted)\r\nf EXPUNGE\r\n");
	CHECK_INT(count(&c, S(" EXPUNGE\r\n")), MESSAGES);
	CHECK_INT(count(&c, S("* 10000 EXISTS\r\n* 10000 RECENT\r\n")), 1);
	CHECK_INT(count(&c, S("f OK EXPUNGE completed\r\n")), 1);
	CHECK(c.most < 4 * OUTPUT_MARK);
	close_client(&c);
}

TEST(imap_many_mailboxes)
{
	enum { MAILBOXES = 6000 };
	struct client c;
	struct account *a;
	int64_t id;

	open_client(&c);
	a = test_host_account(&c.host, 1);
	CHECK_INT(account_begin(a, JOB_WRITES), ERR_NONE);
	for (int i = 0; i < MAILBOXES; i++) {
		char name[100];
		int n = snprintf(name, sizeof(name),
				 "a folder with a name of some size/%d", i);

		CHECK_INT(mailbox_create(a, (slice){ name, (size_t)n }, USE_NONE, &id),
			  ERR_NONE);
		CHECK_INT(subscription_set(a, (slice){ name, (size_t)n }, true),
			  ERR_NONE);
	}
	CHECK_INT(account_commit(a), ERR_NONE);
	say(&c, "b LIST \"\" \"a folder*\"\r\n");
	CHECK_INT(count(&c, S("* LIST (\\HasNoChildren) ")), MAILBOXES);
	CHECK_INT(count(&c, S("* LIST (\\HasChildren) ")), 1);
	CHECK_INT(count(&c, S("b OK LIST completed\r\n")), 1);
	say(&c, "c LSUB \"\" *\r\n");
	CHECK_INT(count(&c, S("* LSUB () ")), MAILBOXES);
	CHECK(c.most < 2 * JOB_SLICE_OCTETS);
	close_client(&c);
}

/* What could not be committed is answered NO, and nothing has changed. */
TEST(imap_disk_full)
{
	struct client c;

	open_client(&c);
	c.host.disk_is_full = true;
	say(&c, "b APPEND INBOX {1+}\r\nx\r\nc CREATE box\r\nd SELECT INBOX\r\n");
	CHECK_SLICE(buf_slice(&c.replies), S("b NO [UNAVAILABLE] try again later\r\n"
					     "c NO [UNAVAILABLE] try again later\r\n"
					     "d NO [UNAVAILABLE] try again later\r\n"));
	c.host.disk_is_full = false;
	say(&c, "e STATUS INBOX (MESSAGES)\r\nf SELECT box\r\n");
	CHECK_SLICE(buf_slice(&c.replies), S("* STATUS INBOX (MESSAGES 0)\r\n"
					     "e OK STATUS completed\r\n"
					     "f NO [NONEXISTENT] no such mailbox\r\n"));
	close_client(&c);
}
