#include <stdlib.h>

#include "http/test_host.h"

#include "base/test.h"

enum { ANSWER_MAX = 1 << 20, ANSWERS = 3 };
enum how { LAST, KEPT, CLOSED, KEPT_OLD, HEAD, CONTINUE };

#define HOST "Host: a.test\r\n"
#define END "\r\n"

static const struct talk {
	slice said;
	struct {
		enum how how;
		unsigned status;
		slice content; /* none: the phrase of a refusal */
	} answers[ANSWERS + 1];
} talks[] = {
	{ SLICE_INIT("GET / HTTP/1.1\r\n" HOST END),
	  { { KEPT, 200, SLICE_INIT("GET /? @a.test|") } } },
	{ SLICE_INIT("HEAD / HTTP/1.1\r\n" HOST END),
	  { { HEAD, 200, SLICE_INIT("HEAD /? @a.test|") } } },
	{ SLICE_INIT("GET / HTTP/1.0\r\n" END),
	  { { CLOSED, 200, SLICE_INIT("GET /? @|") } } },
	{ SLICE_INIT("GET / HTTP/1.0\r\nConnection: keep-alive\r\n" END),
	  { { KEPT_OLD, 200, SLICE_INIT("GET /? @|") } } },
	{ SLICE_INIT("POST /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\n" END "abc"
		     "\r\nPUT /b HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END
		     "1\r\nx\r\n2\r\nyz\r\n0\r\n\r\nGET /c?d HTTP/1.1\r\n" HOST END),
	  { { KEPT, 200, SLICE_INIT("POST /a? @a.test|abc") },
	    { KEPT, 200, SLICE_INIT("PUT /b? @a.test|xyz") },
	    { KEPT, 200, SLICE_INIT("GET /c?d @a.test|") } } },
	{ SLICE_INIT("GET / HTTP/1.1\r\n" HOST "Connection: close\r\n" END
		     "GET /b HTTP/1.1\r\n" HOST END),
	  { { CLOSED, 200, SLICE_INIT("GET /? @a.test|") } } },
	{ SLICE_INIT("PUT / HTTP/1.1\r\n" HOST
		     "Expect: 100-continue\r\nContent-Length: 1\r\n" END "x"),
	  { { CONTINUE, 100, { 0 } }, { KEPT, 200, SLICE_INIT("PUT /? @a.test|x") } } },
	{ SLICE_INIT("PUT / HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n" END "x"),
	  { { CLOSED, 413, { 0 } } } },
	{ SLICE_INIT("PUT /t HTTP/1.1\r\n" HOST "Content-Length: 1001\r\n" END "x"),
	  { { KEPT, 400, SLICE_INIT("PUT /t? @a.test|") } } },
	{ SLICE_INIT("GET / HTTP/1.1\r\n" HOST HOST END "GET / HTTP/1.1\r\n" HOST END),
	  { { CLOSED, 400, { 0 } } } },
	{ SLICE_INIT("PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END
		     "x\r\n"),
	  { { CLOSED, 400, { 0 } } } },
	{ SLICE_INIT("PUT / HTTP/1.1\r\n" HOST "Content-Length: 2\r\n" END "x"),
	  { { 0 } } },
	{ SLICE_INIT("\r\n\r\n"), { { 0 } } },
};

static void write_wanted(const struct talk *t, struct buf *out)
{
	for (size_t i = 0; t->answers[i].how != LAST; i++) {
		enum how how = t->answers[i].how;
		struct http_surroundings s = { .now = test_now(NULL),
					       .is_head = how == HEAD,
					       .keeps_alive = how != CLOSED,
					       .is_old = how == KEPT_OLD };
		struct http_response r = {
			.status = t->answers[i].status,
			.type = t->answers[i].content.n ? S("text/plain") : S(""),
			.content = t->answers[i].content,
		};

		if (how == CONTINUE)
			buf_add(out, S("HTTP/1.1 100 Continue\r\n\r\n"));
		else
			http_response_write(out, &r, &s);
	}
}

TEST(http_server_talks)
{
	for (size_t i = 0; i < countof(talks); i++) {
		struct buf wanted, got;

		buf_init(&wanted, ANSWER_MAX);
		buf_init(&got, ANSWER_MAX);
		write_wanted(&talks[i], &wanted);
		for (size_t cut = 1; cut <= talks[i].said.n; cut++) {
			struct test_host h = { 0 };
			struct engine *e = test_connect(&h);

			buf_reset(&got);
			test_talk(e, talks[i].said, cut, &got);
			CHECK_SLICE(buf_slice(&got), buf_slice(&wanted));
			CHECK_INT(engine_want(e), WANT_CLOSE);
			test_disconnect(&h, e);
		}
		buf_done(&wanted);
		buf_done(&got);
	}
}

TEST(http_server_writes_an_answer)
{
	static const struct http_response r = {
		.status = 404,
		.type = SLICE_INIT("text/html"),
		.fields = SLICE_INIT("Cache-Control: no-store\r\n"),
		.content = SLICE_INIT("<p>no"),
	};
	struct buf out;

	buf_init(&out, ANSWER_MAX);
	http_response_write(&out, &r,
			    &(struct http_surroundings){ .now = test_now(NULL) });
	CHECK_SLICE(buf_slice(&out),
		    S("HTTP/1.1 404 Not Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
		      "Content-Type: text/html\r\nContent-Length: 5\r\n"
		      "X-Content-Type-Options: nosniff\r\nConnection: close\r\n"
		      "Cache-Control: no-store\r\n\r\n<p>no"));
	CHECK_SLICE(http_phrase(499), S("Bad Request"));
	buf_done(&out);
}

/* RFC 9110 9.3: what the client goes on to send is not a request. */
TEST(http_server_early_answers)
{
	struct test_host h = { .answers_early = true };
	struct engine *e = test_connect(&h);
	slice first = S("GET / HTTP/1.1\r\n" HOST END);

	CHECK_INT(engine_feed(e, first), first.n);
	CHECK_INT(engine_want(e), WANT_INPUT);
	buf_reset(engine_output(e));
	engine_feed(e, S("PUT / HTTP/1.1\r\n" HOST "Content-Length: 32\r\n" END
			 "GET / HTTP/1.1\r\n" HOST END));
	CHECK_INT(engine_want(e), WANT_INPUT);
	CHECK(slice_ends_nocase(buf_slice(engine_output(e)), S("PUT /? @a.test|")));
	CHECK_INT(engine_feed(e, first), first.n);
	CHECK(slice_ends_nocase(buf_slice(engine_output(e)), S("GET /? @a.test|")));
	engine_feed(e, S("PUT / HTTP/1.1\r\n" HOST "Content-Length: 9\r\n"
			 "Expect: 100-continue\r\n" END));
	CHECK_INT(engine_want(e), WANT_CLOSE); /* it need not send it now */
	test_disconnect(&h, e);
}

TEST(http_server_times)
{
	struct test_host h = { 0 };
	struct engine *e = test_connect(&h);

	CHECK_INT(e->ops->timeout_ms(e), HTTP_IDLE_TIMEOUT_MS);
	CHECK_INT(engine_feed(e, S("GET / HT")), 0);
	h.ticks = 20'000; /* a drip does not lengthen it */
	CHECK_INT(engine_feed(e, S("GET / HTT")), 0);
	CHECK_INT(e->ops->timeout_ms(e), HTTP_HEAD_TIMEOUT_MS - 20'000);
	e->ops->timed_out(e);
	CHECK(slice_starts(buf_slice(engine_output(e)), S("HTTP/1.1 408 ")));
	CHECK_INT(engine_want(e), WANT_CLOSE);
	test_disconnect(&h, e);
	e = test_connect(&h);
	e->ops->timed_out(e);
	CHECK_INT(engine_output(e)->n, 0);
	CHECK_INT(engine_want(e), WANT_CLOSE);
	test_disconnect(&h, e);
}

TEST(http_server_stops)
{
	struct test_host h = { 0 };
	struct engine *e = test_connect(&h);

	engine_feed(e, S("PUT / HTTP/1.1\r\n" HOST "Content-Length: 20\r\n" END));
	e->ops->shut_down(e);
	CHECK(!h.is_hearing);
	CHECK(slice_starts(buf_slice(engine_output(e)), S("HTTP/1.1 503 ")));
	CHECK_INT(engine_want(e), WANT_CLOSE);
	test_disconnect(&h, e);
}

TEST(http_server_head_limits)
{
	static const struct {
		slice piece, status;
	} t[] = { { SLICE_INIT("a"), SLICE_INIT("414") },
		  { SLICE_INIT("a: b\r\n"), SLICE_INIT("431") } };

	for (size_t i = 0; i < countof(t); i++) {
		struct test_host h = { 0 };
		struct engine *e = test_connect(&h);
		struct buf said, got;

		buf_init(&said, 2 * (size_t)HTTP_HEAD_MAX);
		buf_init(&got, ANSWER_MAX);
		while (said.n < HTTP_HEAD_MAX)
			buf_add(&said, t[i].piece);
		test_talk(e, buf_slice(&said), 100, &got);
		CHECK_INT(engine_want(e), WANT_CLOSE);
		CHECK_SLICE(slice_head(slice_skip(buf_slice(&got), 9), 3), t[i].status);
		test_disconnect(&h, e);
		buf_done(&said);
		buf_done(&got);
	}
}

/* What nobody wants is read so far, and no further. */
TEST(http_server_discards)
{
	struct test_host h = { .answers_early = true };
	struct engine *e = test_connect(&h);
	char filler[TEST_ROOM] = { 0 };
	int pieces = 0;

	engine_feed(e, S("PUT / HTTP/1.1\r\n" HOST "Content-Length: 999999999\r\n" END));
	while (engine_want(e) == WANT_INPUT &&
	       pieces < HTTP_DISCARD_MAX / TEST_ROOM + 2) {
		engine_feed(e, (slice){ filler, sizeof(filler) });
		pieces++;
	}
	CHECK_INT(engine_want(e), WANT_CLOSE);
	CHECK_INT(pieces, HTTP_DISCARD_MAX / TEST_ROOM + 1);
	test_disconnect(&h, e);
	e = test_connect(&h);
	engine_feed(e, S("PUT / HTTP/1.1\r\n" HOST "Content-Length: 9\r\n" END));
	e->ops->input_ended(e);
	CHECK_INT(engine_want(e), WANT_CLOSE);
	test_disconnect(&h, e);
}
