/* Dialogues, and what they cannot show: the order of the host's calls, the end. */
#include "base/dialogue.h"
#include "base/test.h"
#include "smtp/test_drive.h"

static void begin(void *context)
{
	test_host_init(context);
}

static void end(void *context)
{
	struct test_host *h = context;

	h->server = NULL;
	test_host_done(h);
}

static bool is_yes(slice value)
{
	return slice_eq(value, S("yes"));
}

static bool offer(struct smtp_config *c, slice name)
{
	static const struct {
		slice name;
		unsigned flag;
	} offers[] = {
		{ SLICE_INIT("dsn"), SMTP_OFFER_DSN },
		{ SLICE_INIT("deliverby"), SMTP_OFFER_DELIVERBY },
		{ SLICE_INIT("etrn"), SMTP_OFFER_ETRN },
		{ SLICE_INIT("binarymime"), SMTP_OFFER_BINARYMIME },
		{ SLICE_INIT("requiretls"), SMTP_OFFER_REQUIRETLS },
		{ SLICE_INIT("mt-priority"), SMTP_OFFER_MT_PRIORITY },
		{ SLICE_INIT("expn"), SMTP_OFFER_EXPN },
		{ SLICE_INIT("futurerelease"), SMTP_OFFER_FUTURERELEASE },
	};

	for (size_t i = 0; i < countof(offers); i++)
		if (slice_eq(offers[i].name, name)) {
			c->offered |= offers[i].flag;
			return true;
		}
	return false;
}

static bool option(void *context, slice key, slice value)
{
	struct smtp_config *c = &((struct test_host *)context)->config;

	if (slice_eq(key, S("tls")))
		c->tls_available = slice_eq(value, S("available"));
	else if (slice_eq(key, S("plaintext-login")))
		c->plaintext_login = is_yes(value);
	else if (slice_eq(key, S("login-required")))
		c->login_required = is_yes(value);
	else if (slice_eq(key, S("server")))
		((struct test_host *)context)->is_sandbox = slice_eq(value, S("sandbox"));
	else if (slice_eq(key, S("lmtp")))
		c->lmtp = is_yes(value);
	else if (slice_eq(key, S("xclient")))
		c->xclient = is_yes(value);
	else if (slice_eq(key, S("offer")))
		return offer(c, value);
	else if (slice_eq(key, S("takes-all")))
		c->takes_all = is_yes(value);
	else if (slice_eq(key, S("mends-newlines")))
		c->mends_newlines = is_yes(value);
	else if (slice_eq(key, S("mails-max")))
		return take_u32(&value, &c->mails_max);
	else if (slice_eq(key, S("size-max")))
		return take_u64(&value, &c->size_max);
	else if (slice_eq(key, S("recipients-max")))
		return take_u32(&value, &c->recipients_max);
	else
		return false;
	return true;
}

static struct engine *connect_one(void *context)
{
	return test_host_connect(context, NULL);
}

static void work(void *context)
{
	while (test_host_answer(context))
		continue;
}

TEST(smtp_dialogues)
{
	static const struct dialogue_host ops = {
		.begin = begin,
		.end = end,
		.option = option,
		.connect = connect_one,
		.work = work,
	};
	struct test_host h;

	dialogue_run_folder("smtp", &ops, &h);
}

/* ---- the host's side ---- */

static const char one_mail[] =
	"EHLO x.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<jo@example.test>\r\n"
	"DATA\r\n";

static void feed(struct test_host *h, slice bytes)
{
	while (bytes.n) {
		size_t taken;

		while (test_host_answer(h))
			continue;
		taken = engine_feed(smtp_server_engine(h->server), bytes);
		CHECK(taken > 0);
		bytes = slice_skip(bytes, taken);
	}
}

static void check_events(struct test_host *h, slice want)
{
	CHECK_SLICE(buf_slice(&h->events), want);
}

static void check_said_last(struct test_host *h, slice want)
{
	test_host_send(h);
	CHECK(slice_ends_nocase(buf_slice(&h->said), want));
}

static struct engine *start(struct test_host *h)
{
	test_host_init(h);
	return test_host_connect(h, NULL);
}

/* Up to the point where the final reply lies in the output. */
static struct engine *deliver_one(struct test_host *h)
{
	struct engine *e = start(h);

	feed(h, slice_of(one_mail));
	test_host_send(h);
	feed(h, S("x\r\n.\r\n"));
	CHECK_INT(engine_want(e), WANT_HOST);
	CHECK(test_host_answer(h));
	CHECK_INT(engine_want(e), WANT_DRAIN);
	check_events(h, S("mail rcpt data end "));
	return e;
}

TEST(smtp_answered_when_the_reply_has_left)
{
	struct test_host h;
	struct engine *e = deliver_one(&h);

	test_host_send(&h);
	check_events(&h, S("mail rcpt data end "));
	e->ops->drained(e);
	check_events(&h, S("mail rcpt data end answered reset "));
	CHECK_INT(engine_want(e), WANT_INPUT);
	test_host_done(&h);
}

TEST(smtp_answered_by_the_next_command)
{
	struct test_host h;
	struct engine *e = deliver_one(&h);

	e->ops->drained(e); /* below its mark, but the peer takes nothing */
	CHECK_INT(engine_want(e), WANT_INPUT);
	check_events(&h, S("mail rcpt data end "));
	engine_feed(e, S("N"));
	check_events(&h, S("mail rcpt data end answered reset "));
	test_host_done(&h);
}

TEST(smtp_not_answered_when_the_connection_breaks)
{
	struct test_host h;
	struct engine *e = deliver_one(&h);

	e->ops->free(e);
	h.server = NULL;
	check_events(&h, S("mail rcpt data end reset "));
	test_host_done(&h);

	e = deliver_one(&h);
	test_host_send(&h); /* all was sent, then it broke */
	e->ops->free(e);
	h.server = NULL;
	check_events(&h, S("mail rcpt data end answered reset "));
	test_host_done(&h);
}

TEST(smtp_every_transaction_is_reset_once)
{
	static const struct {
		slice in, events;
	} t[] = {
		{ SLICE_INIT("RSET\r\n"), SLICE_INIT("") },
		{ SLICE_INIT("EHLO x\r\nMAIL FROM:<a@b.test>\r\nRSET\r\nRSET\r\n"),
		  SLICE_INIT("mail reset ") },
		{ SLICE_INIT("EHLO x\r\nMAIL FROM:<a@b.test>\r\nEHLO x\r\n"),
		  SLICE_INIT("mail reset ") },
		{ SLICE_INIT("EHLO x\r\nMAIL FROM:<a@b.test>\r\nQUIT\r\n"),
		  SLICE_INIT("mail reset ") },
		{ SLICE_INIT("EHLO x\r\nMAIL FROM:<a@b.test>\r\n"),
		  SLICE_INIT("mail reset ") },
		{ SLICE_INIT("EHLO x\r\nMAIL FROM:<a@b.test>\r\nGET /\r\n"),
		  SLICE_INIT("mail reset ") },
		{ SLICE_INIT("EHLO x\r\nMAIL FROM:<refused@example.test>\r\n"),
		  SLICE_INIT("mail reset ") },
		{ SLICE_INIT("EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT "
			     "TO:<jo@example.test>\r\n"
			     "DATA\r\nx\r\n."),
		  SLICE_INIT("mail rcpt data reset ") },
		{ SLICE_INIT("EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT "
			     "TO:<jo@example.test>\r\n"
			     "DATA\r\nx\ny\r\n.\r\nNOOP\r\n"),
		  SLICE_INIT("mail rcpt data reset ") },
		{ SLICE_INIT("EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT "
			     "TO:<jo@example.test>\r\n"
			     "DATA\r\nX-Later: 1\r\n.\r\nNOOP\r\n"),
		  SLICE_INIT("mail rcpt data end answered reset ") },
	};

	for (size_t i = 0; i < countof(t); i++)
		for (size_t cut = 1; cut <= t[i].in.n; cut++) {
			struct test_host h;

			test_host_init(&h);
			test_host_replay(&h, t[i].in, cut);
			check_events(&h, t[i].events);
			test_host_done(&h);
		}
}

TEST(smtp_host_cannot_take_data)
{
	struct test_host h;

	start(&h);
	h.data_begin_fails = true;
	feed(&h, slice_of(one_mail));
	check_said_last(&h, S("451 4.3.0 try again later\r\n"));
	check_events(&h, S("mail rcpt reset "));
	test_host_done(&h);

	start(&h);
	h.data_fails = true;
	feed(&h, slice_of(one_mail));
	feed(&h, S("one\r\n"));
	feed(&h, S("two\r\n.\r\n"));
	check_said_last(&h, S("451 4.3.0 try again later\r\n"));
	check_events(&h, S("mail rcpt data reset "));
	CHECK_SLICE(buf_slice(&h.content), S("one\r\n"));
	test_host_done(&h);
}

TEST(smtp_stops_between_commands)
{
	struct test_host h;
	struct engine *e = start(&h);

	e->ops->shut_down(e);
	check_said_last(&h, S("421 4.3.2 the server is stopping, try again later\r\n"));
	CHECK_INT(engine_want(e), WANT_CLOSE);
	test_host_done(&h);

	e = start(&h);
	feed(&h, slice_of(one_mail));
	e->ops->shut_down(e); /* the message may come to its end */
	CHECK_INT(engine_want(e), WANT_INPUT);
	feed(&h, S("x\r\n.\r\n"));
	smtp_server_end(h.server, S("not heard any more"));
	CHECK_INT(engine_want(e), WANT_HOST);
	CHECK(test_host_answer(&h));
	check_said_last(&h, S("250 2.0.0 taken\r\n"
			      "421 4.3.2 the server is stopping, try again later\r\n"));
	CHECK_INT(engine_want(e), WANT_CLOSE);
	e->ops->free(e);
	h.server = NULL;
	check_events(&h, S("mail rcpt data end answered reset "));
	test_host_done(&h);
}

TEST(smtp_input_ends_while_the_host_is_asked)
{
	struct test_host h;
	struct engine *e = start(&h);

	feed(&h, slice_of(one_mail));
	feed(&h, S("x\r\n.\r\n"));
	e->ops->input_ended(e);
	CHECK_INT(engine_want(e), WANT_HOST);
	CHECK(test_host_answer(&h));
	CHECK_INT(engine_want(e), WANT_CLOSE);
	check_said_last(&h, S("250 2.0.0 taken\r\n"));
	test_host_done(&h);
}

TEST(smtp_host_may_end_the_session_with_421)
{
	struct test_host h;
	struct engine *e = start(&h);

	feed(&h, S("EHLO x.test\r\nMAIL FROM:<a@b.test>\r\n"));
	h.reply.code = 421;
	h.reply.text = S("too many of you");
	CHECK(test_host_answer(&h));
	check_said_last(&h, S("421 4.3.2 too many of you\r\n"));
	CHECK_INT(engine_want(e), WANT_CLOSE);
	test_host_done(&h);
}

TEST(smtp_octets_behind_starttls_are_not_taken)
{
	struct test_host h;
	struct engine *e = start(&h);
	slice in = S("EHLO x.test\r\nSTARTTLS\r\nMAIL FROM:<evil@b.test>\r\n");
	size_t taken = engine_feed(e, in);

	CHECK_INT(engine_want(e), WANT_TLS);
	CHECK_SLICE(slice_skip(in, taken), S("MAIL FROM:<evil@b.test>\r\n"));
	test_host_done(&h);
}

static void check_protocol(struct test_host *h, bool lmtp, bool tls, slice in, slice want)
{
	static const struct tls_facts facts = { .protocol = SLICE_INIT("TLSv1.3") };

	test_host_init(h);
	h->config.lmtp = lmtp;
	test_host_connect(h, tls ? &facts : NULL);
	feed(h, in);
	while (test_host_answer(h))
		continue;
	CHECK_SLICE(smtp_server_facts(h->server)->protocol, want);
	CHECK(smtp_server_facts(h->server)->tls == tls);
	test_host_done(h);
}

/* RFC 3848, RFC 6531 3.7.3 */
TEST(smtp_protocol_names)
{
#define LOGIN "AUTH PLAIN AGpvQGV4YW1wbGUudGVzdABzZWNyZXQ=\r\n"
#define UTF8 "MAIL FROM:<a@b.test> SMTPUTF8\r\n"
	struct test_host h;

	check_protocol(&h, false, false, S("HELO x\r\n"), S("SMTP"));
	check_protocol(&h, false, true, S("HELO x\r\n"), S("SMTP"));
	check_protocol(&h, false, false, S("EHLO x\r\n"), S("ESMTP"));
	check_protocol(&h, false, true, S("EHLO x\r\n"), S("ESMTPS"));
	check_protocol(&h, false, false, S("EHLO x\r\n" LOGIN), S("ESMTPA"));
	check_protocol(&h, false, true, S("EHLO x\r\n" LOGIN), S("ESMTPSA"));
	check_protocol(&h, false, true, S("EHLO x\r\n" UTF8), S("UTF8SMTPS"));
	check_protocol(&h, false, true, S("EHLO x\r\n" LOGIN UTF8), S("UTF8SMTPSA"));
	check_protocol(&h, true, false, S("LHLO x\r\n"), S("LMTP"));
	check_protocol(&h, true, true, S("LHLO x\r\n" LOGIN), S("LMTPSA"));
	check_protocol(&h, true, false, S("LHLO x\r\n" UTF8), S("UTF8LMTP"));
#undef LOGIN
#undef UTF8
}

/* A client that asks and does not read makes no more output than the mark and a reply:
 * here each HELP. */
TEST(smtp_output_is_bounded)
{
	struct test_host h;
	struct engine *e = start(&h);

	feed(&h, S("EHLO x\r\nMAIL FROM:<a@b.test>\r\n"));
	CHECK(test_host_answer(&h));
	while (engine_want(e) == WANT_INPUT)
		feed(&h, S("HELP\r\n"));
	CHECK_INT(engine_want(e), WANT_DRAIN);
	CHECK(engine_output(e)->n <= OUTPUT_MARK + 2 * SMTP_REPLY_LINE_MAX);
	test_host_send(&h);
	e->ops->drained(e);
	CHECK_INT(engine_want(e), WANT_INPUT);
	test_host_done(&h);
}
