/* Answers bit by bit. */
#include <stdlib.h>

#include "http/test_host.h"

#include "base/test.h"

enum { ANSWER_MAX = 1 << 20 };

#define HOST "Host: a.test\r\n"
#define END "\r\n"

/* What follows the head of the first answer, with the head in *ret_head. */
static slice split_answer(slice answer, slice *ret_head)
{
	size_t end = slice_find(answer, S("\r\n\r\n"));

	*ret_head = slice_head(answer, end + 2);
	return slice_skip(answer, end + 4);
}

static bool take_pieces(slice *in, slice piece)
{
	for (int i = 0; i < STREAM_PIECES; i++)
		if (!take_literal(in, piece)) return false;
	return true;
}

static const struct stream {
	slice said, piece, field;
	bool is_alone; /* the connection ends behind it */
} streams[] = {
	{ SLICE_INIT("GET /n HTTP/1.1\r\n" HOST END),
	  SLICE_INIT("10\r\nGET /n? @a.test|\r\n"),
	  SLICE_INIT("\r\nTransfer-Encoding: chunked\r\n"), false },
	{ SLICE_INIT("GET /l HTTP/1.1\r\n" HOST END), SLICE_INIT("GET /l? @a.test|"),
	  SLICE_INIT("\r\nContent-Length: 48000\r\n"), false },
	{ SLICE_INIT("GET /n HTTP/1.0\r\nConnection: keep-alive\r\n" END),
	  SLICE_INIT("GET /n? @|"), SLICE_INIT("\r\nConnection: close\r\n"), true },
	{ SLICE_INIT("GET /l HTTP/1.0\r\nConnection: keep-alive\r\n" END),
	  SLICE_INIT("GET /l? @|"), SLICE_INIT("\r\nContent-Length: 30000\r\n"), false },
};

static void check_stream(const struct stream *t)
{
	struct test_host h = { 0 };
	struct engine *e = test_connect(&h);
	struct buf said, got;
	slice head, rest;

	buf_init(&said, ANSWER_MAX);
	buf_init(&got, ANSWER_MAX);
	buf_add(&said, t->said);
	buf_add(&said, S("GET /b HTTP/1.1\r\n" HOST END));
	test_talk(e, buf_slice(&said), 7, &got);
	rest = split_answer(buf_slice(&got), &head);
	CHECK(slice_find(head, t->field) < head.n);
	CHECK(take_pieces(&rest, t->piece));
	if (slice_starts(t->piece, S("10\r\n")))
		CHECK(take_literal(&rest, S("0\r\n\r\n")));
	CHECK_INT(slice_starts(rest, S("HTTP/1.1 200 ")), !t->is_alone);
	CHECK_INT(engine_want(e), WANT_CLOSE);
	CHECK(!h.is_hearing);
	test_disconnect(&h, e);
	buf_done(&said);
	buf_done(&got);
}

TEST(http_server_streams)
{
	for (size_t i = 0; i < countof(streams); i++)
		check_stream(&streams[i]);
}

TEST(http_server_streams_in_gzip)
{
	struct test_host h = { 0 };
	struct engine *e = test_connect(&h);
	slice head, said = S("GET /l HTTP/1.1\r\nAccept-Encoding: gzip\r\n" HOST END);
	struct buf got;

	buf_init(&got, ANSWER_MAX);
	test_talk(e, said, said.n, &got);
	slice rest = split_answer(buf_slice(&got), &head);

	CHECK(slice_find(head, S("\r\nContent-Encoding: gzip\r\n")) < head.n);
	CHECK(slice_find(head, S("\r\nTransfer-Encoding: chunked\r\n")) < head.n);
	CHECK(slice_find(head, S("\r\nVary: Accept-Encoding\r\n")) < head.n);
	CHECK(slice_find(head, S("Content-Length")) == head.n);
	CHECK(rest.n < 1000 && slice_ends_nocase(rest, S("\r\n0\r\n\r\n")));
	CHECK(!h.is_hearing);
	test_disconnect(&h, e);
	buf_done(&got);
}

TEST(http_server_streams_nothing_for_head)
{
	struct test_host h = { 0 };
	struct engine *e = test_connect(&h);
	slice head;

	engine_feed(e, S("HEAD /l HTTP/1.1\r\n" HOST END));
	CHECK_INT(split_answer(buf_slice(engine_output(e)), &head).n, 0);
	CHECK(slice_find(head, S("Content-Length: 51000\r\n")) < head.n);
	CHECK_INT(engine_want(e), WANT_INPUT);
	test_disconnect(&h, e);
}

/* Only so much lies in the output at once, and the host waits until it is gone. */
TEST(http_server_streams_with_patience)
{
	struct test_host h = { 0 };
	struct engine *e = test_connect(&h);
	char filler[TEST_ROOM];

	for (size_t i = 0; i < sizeof(filler); i++)
		filler[i] = 'x';
	engine_feed(e, S("PUT /n HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n" END));
	engine_feed(e, (slice){ filler, sizeof(filler) });
	CHECK_INT(engine_want(e), WANT_DRAIN);
	CHECK(engine_output(e)->n < OUTPUT_MARK + 2 * TEST_ROOM);
	CHECK(h.sent < STREAM_PIECES);
	buf_drop(engine_output(e), engine_output(e)->n);
	e->ops->drained(e);
	CHECK_INT(engine_want(e), WANT_DRAIN);
	test_disconnect(&h, e);
	CHECK(!h.is_hearing); /* it was given up */
}

TEST(http_server_streams_without_end)
{
	struct test_host h = { 0 };
	struct engine *e = test_connect(&h);

	engine_feed(e, S("GET /e HTTP/1.1\r\n" HOST END));
	CHECK_INT(engine_want(e), WANT_INPUT);
	CHECK_INT(e->ops->timeout_ms(e), 0);
	CHECK_INT(engine_feed(e, S("GET /e")), 0); /* its time has not come */
	e->ops->changed(e);
	CHECK_INT(h.changes, 1);
	CHECK(http_send(h.http, S("x")));
	CHECK(slice_ends_nocase(buf_slice(engine_output(e)), S("\r\n1\r\nx\r\n")));
	e->ops->input_ended(e);
	CHECK_INT(engine_want(e), WANT_CLOSE);
	CHECK(!h.is_hearing);
	test_disconnect(&h, e);
	e = test_connect(&h);
	engine_feed(e, S("GET /e HTTP/1.1\r\n" HOST END));
	e->ops->shut_down(e);
	CHECK(!h.is_hearing);
	CHECK(slice_ends_nocase(buf_slice(engine_output(e)), S("|\r\n0\r\n\r\n")));
	CHECK_INT(engine_want(e), WANT_CLOSE);
	test_disconnect(&h, e);
}

/* Nothing of the content is read, nor 100 said, before the host has decided. */
TEST(http_server_takes_later)
{
	struct test_host h = { .takes_later = true };
	struct engine *e = test_connect(&h);
	slice head = S("PUT / HTTP/1.1\r\n" HOST
		       "Expect: 100-continue\r\nContent-Length: 1\r\n" END);

	CHECK_INT(engine_feed(e, head), head.n);
	CHECK_INT(engine_want(e), WANT_HOST);
	CHECK_INT(engine_output(e)->n, 0);
	http_take(h.http, 1);
	CHECK_INT(engine_want(e), WANT_INPUT);
	CHECK(slice_starts(buf_slice(engine_output(e)), S("HTTP/1.1 100 ")));
	CHECK_INT(engine_feed(e, S("x")), 1);
	CHECK(slice_ends_nocase(buf_slice(engine_output(e)), S("|x")));
	test_disconnect(&h, e);
}

/* A length that was promised and not kept is no answer to build upon. */
TEST(http_server_breaks_off)
{
	struct test_host h = { 0 };
	struct engine *e = test_connect(&h);
	char filler[TEST_ROOM] = { 0 };

	engine_feed(e, S("PUT /l HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n" END));
	engine_feed(e, (slice){ filler, sizeof(filler) });
	CHECK_INT(engine_want(e), WANT_DRAIN);
	h.is_hearing = false;
	http_finish(h.http);
	CHECK_INT(engine_want(e), WANT_CLOSE);
	test_disconnect(&h, e);
}
