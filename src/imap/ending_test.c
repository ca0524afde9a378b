/* How sessions end that the client does not end. */
#include "base/test.h"
#include "imap/test_host.h"

static struct engine *connect(struct test_host *h)
{
	CHECK(test_host_init(h));
	return test_host_connect(h);
}

static void say(struct test_host *h, struct engine *e, const char *text)
{
	slice bytes = slice_of(text);

	buf_drop(engine_output(e), engine_output(e)->n);
	do {
		bytes = slice_skip(bytes, engine_feed(e, bytes));
		test_host_work(h);
	} while (bytes.n);
}

static void disconnect(struct test_host *h, struct engine *e)
{
	e->ops->free(e);
	test_host_done(h);
}

/* A stranger has one minute in all, whatever it sends (RFC 9051 5.4 is for the others).
 */
TEST(imap_time_to_log_in)
{
	struct test_host h;
	struct engine *e = connect(&h);

	CHECK_INT(e->ops->timeout_ms(e), IMAP_LOGIN_TIMEOUT_MS);
	h.now += 59;
	say(&h, e, "a NOOP\r\n");
	CHECK_INT(e->ops->timeout_ms(e), 1000);
	h.now += 1;
	CHECK_INT(e->ops->timeout_ms(e), 0);
	e->ops->timed_out(e);
	CHECK_SLICE(buf_slice(engine_output(e)),
		    S("a OK NOOP completed\r\n"
		      "* BYE you have been silent for too long\r\n"));
	CHECK_INT(engine_want(e), WANT_CLOSE);
	disconnect(&h, e);
}

TEST(imap_idle_for_half_an_hour)
{
	struct test_host h;
	struct engine *e = connect(&h);

	say(&h, e, "a LOGIN jo@example.test secret\r\n");
	h.now += 100;
	CHECK_INT(e->ops->timeout_ms(e), 30 * 60 * 1000);
	disconnect(&h, e);
}

/* The command in hand is answered before the session ends. */
TEST(imap_shut_down_while_a_job_runs)
{
	static const char last[] = "b CREATE box\r\n";
	struct test_host h;
	struct engine *e = connect(&h);

	say(&h, e, "a LOGIN jo@example.test secret\r\n");
	buf_drop(engine_output(e), engine_output(e)->n);
	CHECK_INT(engine_feed(e, slice_of(last)), sizeof(last) - 1);
	CHECK_INT(engine_want(e), WANT_JOB);
	e->ops->shut_down(e);
	CHECK_INT(engine_want(e), WANT_JOB);
	test_host_work(&h);
	CHECK_SLICE(buf_slice(engine_output(e)),
		    S("b OK [MAILBOXID (F1-2)] CREATE completed\r\n"
		      "* BYE the server is going down\r\n"));
	CHECK_INT(engine_want(e), WANT_CLOSE);
	disconnect(&h, e);
}

TEST(imap_end_while_idle)
{
	struct test_host h;
	struct engine *e = connect(&h);

	say(&h, e, "a LOGIN jo@example.test secret\r\nb SELECT INBOX\r\nc IDLE\r\n");
	buf_drop(engine_output(e), engine_output(e)->n);
	CHECK(h.sessions[0].is_watching);
	imap_end(h.sessions[0].imap, S("the password was changed"));
	CHECK_SLICE(buf_slice(engine_output(e)), S("* BYE the password was changed\r\n"));
	CHECK(!h.sessions[0].is_watching);
	disconnect(&h, e);
}

/* The connection breaks in the middle of a message: nothing is kept. */
TEST(imap_broken_append)
{
	struct test_host h;
	struct engine *e = connect(&h);

	say(&h, e, "a LOGIN jo@example.test secret\r\nb APPEND INBOX {10+}\r\nhalf");
	e->ops->input_ended(e);
	CHECK_INT(engine_want(e), WANT_CLOSE);
	disconnect(&h, e);
}
