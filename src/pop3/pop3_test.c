#include "pop3/pop3.h"

#include <stdlib.h>

#include "base/dialogue.h"
#include "base/test.h"
#include "pop3/test_host.h"
#include "sasl/client.h"
#include "store/message.h"

enum { DAY_S = 24 * 60 * 60 };

/* --- dialogues --- */

static void begin(void *context)
{
	test_host_init(context);
}

static void end(void *context)
{
	test_host_done(context);
}

static bool set_retention(struct pop3_retention *r, slice value)
{
	r->keep = slice_eq(value, S("keep"));
	r->remove_retrieved = slice_eq(value, S("remove-retrieved"));
	return r->keep || r->remove_retrieved;
}

static bool option(void *context, slice key, slice value)
{
	struct test_host *h = context;
	uint32_t days = 0;

	(void)take_u32(&(slice){ value.p, value.n }, &days);
	if (slice_eq(key, S("tls"))) {
		h->is_tls = slice_eq(value, S("active"));
		h->config.tls_available = !slice_eq(value, S("none"));
	} else if (slice_eq(key, S("plaintext-login"))) {
		h->config.plaintext_login = slice_eq(value, S("yes"));
	} else if (slice_eq(key, S("server"))) {
		h->is_sandbox = slice_eq(value, S("sandbox"));
		if (h->is_sandbox) h->config.refused &= ~(unsigned)SASL_NEEDS_TOKENS;
	} else if (slice_eq(key, S("retention"))) {
		return set_retention(&h->config.retention, value);
	} else if (slice_eq(key, S("keep-days"))) {
		h->config.retention.days = days;
	} else if (slice_eq(key, S("days-pass"))) {
		h->now += (int64_t)days * DAY_S;
	} else {
		return false;
	}
	return true;
}

static struct engine *connect(void *context)
{
	return test_host_connect(context);
}

static void work(void *context)
{
	test_host_work(context);
}

static void deliver(void *context, slice user, slice message)
{
	test_host_deliver(context, user, message);
}

TEST(pop3_dialogues)
{
	static const struct dialogue_host ops = {
		.begin = begin,
		.end = end,
		.option = option,
		.connect = connect,
		.work = work,
		.deliver = deliver,
	};
	struct test_host h;

	dialogue_run_folder("pop3", &ops, &h);
}

/* --- what dialogues cannot show --- */

struct bench {
	struct test_host host;
	struct engine *engine;
	struct buf said; /* all that the engine has said */
};

static void bench_init(struct bench *b)
{
	test_host_init(&b->host);
	buf_init(&b->said, 64 << 20);
}

static void hang_up(struct bench *b)
{
	b->engine->ops->free(b->engine);
	b->engine = NULL;
	b->host.session_count = 0;
}

static void bench_done(struct bench *b)
{
	hang_up(b);
	test_host_done(&b->host);
	buf_done(&b->said);
}

static void collect(struct bench *b)
{
	buf_add(&b->said, buf_slice(engine_output(b->engine)));
	buf_drop(engine_output(b->engine), engine_output(b->engine)->n);
}

/* One thing that it wants besides input. */
static bool serve(struct bench *b)
{
	test_host_work(&b->host);
	CHECK(engine_output(b->engine)->n < OUTPUT_MARK + 3 * JOB_SLICE_OCTETS);
	collect(b);
	if (engine_want(b->engine) != WANT_DRAIN) return false;
	b->engine->ops->drained(b->engine);
	return true;
}

/* What the engine answers to these octets, until the next call. */
static slice say(struct bench *b, slice octets)
{
	buf_reset(&b->said);
	if (!b->engine) b->engine = test_host_connect(&b->host);
	do {
		octets = slice_skip(octets, engine_feed(b->engine, octets));
		while (serve(b))
			;
	} while (octets.n && engine_want(b->engine) == WANT_INPUT);
	return buf_slice(&b->said);
}

static void log_in(struct bench *b)
{
	say(b, S("USER jo@example.test\r\nPASS secret\r\n"));
}

static slice find_timestamp(slice greeting)
{
	size_t start = slice_find_char(greeting, '<');

	return slice_head(slice_skip(greeting, start),
			  slice_find_char(greeting, '>') + 1 - start);
}

/* The APOP command that proves the password. */
static void make_apop(slice timestamp, slice password, struct buf *ret)
{
	struct sasl_login login = { .user = S("jo@example.test"), .password = password };
	struct sasl_client *c = sasl_client_new(&sasl_apop, &login);

	CHECK_INT(sasl_client_step(c, timestamp), SASL_SEND);
	buf_reset(ret);
	buf_addf(ret, "APOP %.*s\r\n", FMT(sasl_client_output(c)));
	sasl_client_free(c);
}

TEST(pop3_apop)
{
	struct bench b = { 0 };
	struct buf line, timestamp;

	bench_init(&b);
	buf_init(&line, POP3_LINE_MAX);
	buf_init(&timestamp, POP3_LINE_MAX);
	b.host.config.refused = SASL_NEEDS_TOKENS;
	b.engine = test_host_connect(&b.host);
	buf_add(&timestamp, find_timestamp(buf_slice(engine_output(b.engine))));
	collect(&b);
	make_apop(buf_slice(&timestamp), S("wrong"), &line);
	CHECK_SLICE(say(&b, buf_slice(&line)),
		    S("-ERR [AUTH] wrong user name or password\r\n"));
	make_apop(S("<other@mail.example.test>"), S("secret"), &line);
	CHECK_SLICE(say(&b, buf_slice(&line)),
		    S("-ERR [AUTH] wrong user name or password\r\n"));
	CHECK_SLICE(say(&b, S("APOP jo@example.test\r\n")),
		    S("-ERR [AUTH] these are no credentials\r\n"));
	make_apop(buf_slice(&timestamp), S("secret"), &line);
	CHECK_SLICE(say(&b, buf_slice(&line)), S("+OK 0 messages (0 octets)\r\n"));
	buf_done(&line);
	buf_done(&timestamp);
	bench_done(&b);
}

TEST(pop3_quit_that_fails_removes_nothing)
{
	struct bench b = { 0 };

	bench_init(&b);
	test_host_deliver(&b.host, S("jo@example.test"), S("Subject: x\r\n\r\n"));
	log_in(&b);
	b.host.failure = ERR_LATER;
	CHECK_SLICE(say(&b, S("DELE 1\r\nQUIT\r\n")),
		    S("+OK message 1 deleted\r\n"
		      "-ERR [SYS/TEMP] nothing was removed: try again later\r\n"));
	CHECK_INT(engine_want(b.engine), WANT_CLOSE);
	hang_up(&b);
	b.host.failure = ERR_NONE;
	log_in(&b);
	CHECK_SLICE(say(&b, S("STAT\r\n")), S("+OK 1 14\r\n"));
	bench_done(&b);
}

TEST(pop3_jobs_that_fail)
{
	struct bench b = { 0 };

	bench_init(&b);
	test_host_deliver(&b.host, S("jo@example.test"), S("Subject: x\r\n\r\n"));
	b.host.failure = ERR_LATER;
	log_in(&b);
	CHECK(slice_ends_nocase(buf_slice(&b.said),
				S("-ERR [SYS/TEMP] try again later\r\n")));
	CHECK_SLICE(say(&b, S("STAT\r\n")), S("-ERR log in first\r\n"));
	b.host.failure = ERR_NONE;
	log_in(&b);
	b.host.failure = ERR_INTERNAL;
	CHECK_SLICE(say(&b, S("RETR 1\r\n")),
		    S("-ERR [SYS/PERM] something is wrong with this mailbox: tell the "
		      "postmaster\r\n"));
	CHECK_SLICE(say(&b, S("STAT\r\n")), S("+OK 1 14\r\n"));
	bench_done(&b);
}

/* Copies within the mailbox: it doubles. */
static void multiply(struct test_host *h, unsigned times)
{
	struct account *a = test_account(&h->accounts, 1);
	struct interval_set all = { 0 };
	struct mailbox inbox;
	struct arena arena;
	uint32_t first;

	arena_init(&arena, 8192);
	CHECK_INT(mailbox_find(a, S("INBOX"), &arena, &inbox), ERR_NONE);
	arena_done(&arena);
	interval_set_add_range(&all, 1, UINT32_MAX);
	CHECK_INT(account_begin(a, JOB_WRITES), ERR_NONE);
	while (times--) {
		struct interval_set copied = { 0 };

		CHECK_INT(message_copy(a, inbox.id, &all, inbox.id, &copied, &first),
			  ERR_NONE);
		interval_set_done(&copied);
	}
	CHECK_INT(account_commit(a), ERR_NONE);
	interval_set_done(&all);
}

TEST(pop3_large_mailbox)
{
	enum { DOUBLINGS = 14, MESSAGES = 1 << DOUBLINGS };
	struct bench b = { 0 };
	slice answer, line = S("");
	uint32_t n = 0;

	bench_init(&b);
	test_host_deliver(&b.host, S("jo@example.test"), S("Subject: x\r\n\r\n"));
	multiply(&b.host, DOUBLINGS);
	log_in(&b);
	CHECK_INT(b.host.jobs, 2);
	CHECK(slice_ends_nocase(buf_slice(&b.said),
				S("+OK 16384 messages (229376 octets)\r\n")));
	answer = say(&b, S("UIDL\r\nNOOP\r\n"));
	(void)take_line(&answer, &line);
	while (take_line(&answer, &line) && !slice_eq(line, S("."))) {
		uint32_t number;

		CHECK(take_u32(&line, &number));
		CHECK_INT(number, ++n);
	}
	CHECK_INT(n, MESSAGES);
	CHECK_SLICE(answer, S("+OK still here\r\n"));
	CHECK_SLICE(say(&b, S("DELE 16384\r\nQUIT\r\n")),
		    S("+OK message 16384 deleted\r\n+OK bye\r\n"));
	bench_done(&b);
}

/* Lines with dots, up to about n octets. */
static void make_message(struct buf *message, size_t n)
{
	buf_init(message, n + 100);
	buf_add(message, S("Subject: long\r\n\r\n"));
	while (message->n < n)
		buf_add(message, S("..\r\nsome text of the message\r\n"));
}

static void run_one_job(struct bench *b)
{
	struct job *j = b->engine->ops->job(b->engine);

	CHECK_INT(engine_want(b->engine), WANT_JOB);
	test_run_job(&b->host.accounts, j, b->host.failure);
}

/* An answer that was cut is told by the end of the connection, without its end. */
TEST(pop3_long_message_in_slices)
{
	enum { SIZE = 3 * 1024 * 1024 };
	struct bench b = { 0 };
	struct buf message, wanted;

	bench_init(&b);
	make_message(&message, SIZE);
	test_host_deliver(&b.host, S("jo@example.test"), buf_slice(&message));
	buf_init(&wanted, 2 * SIZE);
	buf_addf(&wanted, "+OK %zu octets\r\n", message.n);
	for (slice rest = buf_slice(&message), line = S(""); take_line(&rest, &line);)
		buf_addf(&wanted, "%s%.*s\r\n", slice_starts(line, S(".")) ? "." : "",
			 FMT(line));
	buf_add(&wanted, S(".\r\n+OK still here\r\n"));
	log_in(&b);
	b.host.jobs = 0;
	CHECK_SLICE(say(&b, S("RETR 1\r\nNOOP\r\n")), buf_slice(&wanted));
	CHECK(b.host.jobs >= SIZE / JOB_SLICE_OCTETS);
	b.host.jobs = 0;
	say(&b, S("TOP 1 10\r\n"));
	CHECK_INT(b.host.jobs, 1);
	engine_feed(b.engine, S("RETR 1\r\n"));
	run_one_job(&b);
	CHECK_INT(engine_want(b.engine), WANT_DRAIN);
	collect(&b);
	b.engine->ops->drained(b.engine);
	b.host.failure = ERR_LATER;
	run_one_job(&b);
	CHECK_INT(engine_want(b.engine), WANT_CLOSE);
	CHECK_INT(engine_output(b.engine)->n, 0);
	buf_done(&wanted);
	buf_done(&message);
	bench_done(&b);
}

TEST(pop3_pipelined_messages_are_read_ahead)
{
	enum { MESSAGES = 100 };
	struct bench b = { 0 };
	struct buf commands;

	bench_init(&b);
	buf_init(&commands, 4096);
	for (int i = 1; i <= MESSAGES; i++) {
		test_host_deliver(&b.host, S("jo@example.test"), S("A: b\r\n\r\nc\r\n"));
		buf_addf(&commands, "RETR %d\r\n", i);
	}
	log_in(&b);
	b.host.jobs = 0;
	CHECK_INT(say(&b, buf_slice(&commands)).n,
		  MESSAGES * S("+OK 11 octets\r\nA: b\r\n\r\nc\r\n.\r\n").n);
	CHECK_INT(b.host.jobs, 2);
	buf_done(&commands);
	bench_done(&b);
}

/* As from a client that keeps some commands on their way: they come one by one. */
TEST(pop3_what_was_read_ahead_is_kept_for_the_commands_to_come)
{
	enum { MESSAGES = 100 };
	struct bench b = { 0 };

	bench_init(&b);
	for (int i = 1; i <= MESSAGES; i++)
		test_host_deliver(&b.host, S("jo@example.test"), S("A: b\r\n\r\nc\r\n"));
	log_in(&b);
	b.host.jobs = 0;
	say(&b, S("RETR 1\r\nRETR 2\r\n"));
	for (int i = 3; i <= MESSAGES; i++) {
		char command[16];

		snprintf(command, sizeof(command), "RETR %d\r\n", i);
		CHECK_SLICE(say(&b, slice_of(command)),
			    S("+OK 11 octets\r\nA: b\r\n\r\nc\r\n.\r\n"));
	}
	CHECK_INT(b.host.jobs, 2);
	bench_done(&b);
}

/* What lacks a CRLF at its end gets one, which its size has counted (RFC 1939 11). */
TEST(pop3_line_ends)
{
	struct bench b = { 0 };

	bench_init(&b);
	test_host_deliver(&b.host, S("jo@example.test"),
			  S("A: b\n\n.c\r\n.\n\rd\r.\r\n..\ne"));
	test_host_deliver(&b.host, S("jo@example.test"), S(""));
	log_in(&b);
	CHECK_SLICE(say(&b, S("LIST 1\r\nSTAT\r\n")), S("+OK 1 28\r\n+OK 2 28\r\n"));
	CHECK_SLICE(say(&b, S("RETR 1\r\n")),
		    S("+OK 28 octets\r\n"
		      "A: b\r\n\r\n..c\r\n..\r\n\rd\r.\r\n...\r\ne\r\n.\r\n"));
	CHECK_SLICE(say(&b, S("RETR 2\r\n")), S("+OK 0 octets\r\n.\r\n"));
	bench_done(&b);
}

TEST(pop3_end_and_stop)
{
	struct bench b = { 0 };

	bench_init(&b);
	log_in(&b);
	pop3_end(b.host.sessions[0].pop3, S("the password changed"));
	collect(&b);
	CHECK(slice_ends_nocase(buf_slice(&b.said), S("-ERR the password changed\r\n")));
	CHECK_INT(engine_want(b.engine), WANT_CLOSE);
	hang_up(&b);
	b.engine = test_host_connect(&b.host);
	CHECK_INT(b.engine->ops->timeout_ms(b.engine), POP3_LOGIN_TIMEOUT_MS);
	b.host.now += 59;
	CHECK_INT(b.engine->ops->timeout_ms(b.engine), 1000);
	engine_feed(b.engine, S("USER jo@example.test\r\nPASS secret\r\n"));
	CHECK_INT(engine_want(b.engine), WANT_HOST);
	b.engine->ops->shut_down(b.engine);
	CHECK_INT(engine_want(b.engine), WANT_HOST);
	test_host_work(&b.host);
	CHECK_INT(engine_want(b.engine), WANT_CLOSE);
	buf_reset(&b.said);
	collect(&b);
	CHECK(slice_ends_nocase(buf_slice(&b.said),
				S("-ERR [SYS/TEMP] the server is going down\r\n")));
	bench_done(&b);
}
