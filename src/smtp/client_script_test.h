/*
 * client_script_test.h - the client engine against a server that is a script
 */
#pragma once

#include "base/test.h"
#include "smtp/test_sender.h"

static const struct tls_facts tls_facts = { .protocol = SLICE_INIT("TLSv1.3") };

static const struct smtp_client_rcpt two[] = {
	{ .forward_path = SLICE_INIT("jo@example.test") },
	{ .forward_path = SLICE_INIT("ann@example.test") },
};

/* A step of a script is a line: "S text" is said by the server, "C text" must be what the
 * client says next, "C-" nothing; "TLS", "EOF" and "TIMEOUT" happen. */
static inline void script_hear(struct test_sender *t, size_t *heard, slice want)
{
	slice rest = slice_skip(buf_slice(&t->said), *heard), line = { 0 };

	if (!take_line(&rest, &line)) line = S("(nothing)");
	CHECK_SLICE(line, want);
	*heard = t->said.n - rest.n;
}

static inline void script_step(struct test_sender *t, size_t *heard, slice step,
			       size_t cut)
{
	struct engine *e = smtp_client_engine(t->client);

	if (take_literal(&step, S("S "))) {
		buf_add(&t->input, step);
		buf_add(&t->input, S("\r\n"));
		return;
	}
	sender_work(t, cut);
	if (take_literal(&step, S("C "))) {
		script_hear(t, heard, step);
	} else if (slice_eq(step, S("TLS"))) {
		CHECK_INT(engine_want(e), WANT_TLS);
		e->ops->tls_started(e, &tls_facts);
	} else if (slice_eq(step, S("EOF"))) {
		e->ops->input_ended(e);
	} else if (slice_eq(step, S("TIMEOUT"))) {
		CHECK(e->ops->timeout_ms(e) > 0);
		e->ops->timed_out(e);
	} else {
		CHECK_SLICE(step, S("C-"));
		CHECK_SLICE(slice_skip(buf_slice(&t->said), *heard), S(""));
	}
}

/* The client ends by itself with all said, and the events are those. */
static inline void script_run(struct test_sender *t, slice script, slice events,
			      size_t cut)
{
	size_t heard = 0;
	slice step;

	sender_connect(t, NULL);
	while (take_until(&script, '\n', &step))
		script_step(t, &heard, step, cut);
	sender_work(t, cut);
	CHECK_SLICE(slice_skip(buf_slice(&t->said), heard), S(""));
	CHECK_INT(engine_want(smtp_client_engine(t->client)), WANT_CLOSE);
	sender_free_client(t);
	CHECK_SLICE(buf_slice(&t->events), events);
}

/* setup fills config and messages. */
static inline void check_script(void (*setup)(struct test_sender *t), const char *script,
				const char *events)
{
	static const size_t cuts[] = { 1, 2, 7, 100'000 };

	for (size_t i = 0; i < countof(cuts); i++) {
		struct test_sender t;

		sender_init(&t);
		setup(&t);
		script_run(&t, slice_of(script), slice_of(events), cuts[i]);
		sender_end(&t);
	}
}

static inline void one_to_two(struct test_sender *t)
{
	sender_add(t, two, 2, S("Subject: x\r\n\r\n.dot\r\n"));
}

static inline void two_messages(struct test_sender *t)
{
	sender_add(t, two, 1, S("one"));
	sender_add(t, two + 1, 1, S("two\r\n"));
}

#define HELLO "S 220 mx ESMTP\nC EHLO client.example.test\n"
#define PLAIN_HELLO HELLO "S 250 mx\n"
#define PIPELINED HELLO "S 250-mx\nS 250-SIZE 1000\nS 250 PIPELINING\n"
#define MAIL "C MAIL FROM:<a@client.example.test>\n"
#define SIZED "C MAIL FROM:<a@client.example.test> SIZE=20\n"
#define JO "C RCPT TO:<jo@example.test>\n"
#define ANN "C RCPT TO:<ann@example.test>\n"
#define CONTENT "C Subject: x\nC \nC ..dot\nC .\n"
#define BYE "C QUIT\nS 221 2.0.0 bye\n"

#define OFFERED HELLO "S 250-mx\nS 250-PIPELINING\nS 250 STARTTLS\n"
#define SECURED                                                                          \
	OFFERED "C STARTTLS\nS 220 go\nTLS\nC EHLO client.example.test\nS 250 mx\n"
#define REST MAIL "S 250 ok\n" JO "S 250 ok\nC DATA\nS 354 go\nC one\nC .\nS 250 ok\n" BYE
#define DELIVERED "next\nresult 0 end delivered 250 2.0.0 ok\ndone\nnext\n"
