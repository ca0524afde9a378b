#include "http/request.h"

#include "base/buf.h"
#include "base/test.h"

#define LINE "GET / HTTP/1.1\r\n"
#define HOST "Host: a.test\r\n"
#define END "\r\n"

TEST(http_request_parts)
{
	static const slice head = SLICE_INIT(
		"\r\nPOST /a%20b/c?d=e?f HTTP/1.1\r\nHost:  mail.example.org:8443 \r\n"
		"content-LENGTH: 12\r\nX-Empty:\r\nExpect: 100-Continue\r\n"
		"Accept: text/html, */*;q=0.1\r\nX-Old: \xe4\r\n\r\n");
	struct http_request r;

	CHECK_INT(http_head_size(head), head.n);
	CHECK_INT(http_request_parse(head, &r), 0);
	CHECK_SLICE(r.method, S("POST"));
	CHECK_SLICE(r.path, S("/a%20b/c"));
	CHECK_SLICE(r.query, S("d=e?f"));
	CHECK_SLICE(r.host, S("mail.example.org:8443"));
	CHECK_INT(r.length, 12);
	CHECK(!r.is_chunked && !r.is_old && r.keeps_alive && r.expects_continue);
	CHECK_SLICE(*http_request_field(&r, S("x-empty")), S(""));
	CHECK_SLICE(*http_request_field(&r, S("x-old")), S("\xe4"));
	CHECK(!http_request_field(&r, S("x-none")));
}

TEST(http_request_targets)
{
	static const struct {
		slice line, path, query, host;
	} t[] = {
		{ SLICE_INIT("GET http://b.test/x?y HTTP/1.1\r\n"), SLICE_INIT("/x"),
		  SLICE_INIT("y"), SLICE_INIT("b.test") },
		{ SLICE_INIT("GET HTTPS://b.test:1?y HTTP/1.1\r\n"), SLICE_INIT("/"),
		  SLICE_INIT("y"), SLICE_INIT("b.test:1") },
		{ SLICE_INIT("OPTIONS * HTTP/1.1\r\n"), SLICE_INIT("*"), SLICE_INIT(""),
		  SLICE_INIT("a.test") },
		{ SLICE_INIT("GET /? HTTP/1.1\r\n"), SLICE_INIT("/"), SLICE_INIT(""),
		  SLICE_INIT("a.test") },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct http_request r;
		struct buf head;

		buf_init(&head, 1000);
		buf_add(&head, t[i].line);
		buf_add(&head, S(HOST END));
		CHECK_INT(http_request_parse(buf_slice(&head), &r), 0);
		CHECK_SLICE(r.path, t[i].path);
		CHECK_SLICE(r.query, t[i].query);
		CHECK_SLICE(r.host, t[i].host);
		buf_done(&head);
	}
}

TEST(http_request_connection)
{
	static const struct {
		slice head;
		bool keeps_alive;
	} t[] = {
		{ SLICE_INIT("GET / HTTP/1.0\r\n" END), false },
		{ SLICE_INIT("GET / HTTP/1.0\r\nConnection: foo, Keep-Alive\r\n" END),
		  true },
		{ SLICE_INIT(LINE HOST END), true },
		{ SLICE_INIT(LINE HOST "Connection: foo\r\nConnection: Close\r\n" END),
		  false },
		{ SLICE_INIT(LINE HOST "Connection: close, keep-alive\r\n" END), false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct http_request r;

		CHECK_INT(http_request_parse(t[i].head, &r), 0);
		CHECK_INT(r.keeps_alive, t[i].keeps_alive);
	}
}

static const struct refusal {
	slice head;
	unsigned status;
} refusals[] = {
	{ SLICE_INIT("GET  / HTTP/1.1\r\n" HOST END), 400 },
	{ SLICE_INIT("GET /\r\n" HOST END), 400 },
	{ SLICE_INIT("GET / HTTP/1.1 \r\n" HOST END), 400 },
	{ SLICE_INIT("GET / http/1.1\r\n" HOST END), 400 },
	{ SLICE_INIT("GET / HTTP/2.0\r\n" HOST END), 505 },
	{ SLICE_INIT("G(T / HTTP/1.1\r\n" HOST END), 400 },
	{ SLICE_INIT(" GET / HTTP/1.1\r\n" HOST END), 400 },
	{ SLICE_INIT("GET a HTTP/1.1\r\n" HOST END), 400 },
	{ SLICE_INIT("GET * HTTP/1.1\r\n" HOST END), 400 },
	{ SLICE_INIT("GET /#x HTTP/1.1\r\n" HOST END), 400 },
	{ SLICE_INIT("GET /\t HTTP/1.1\r\n" HOST END), 400 },
	{ SLICE_INIT("GET /\xc3\xa4 HTTP/1.1\r\n" HOST END), 400 },
	{ SLICE_INIT("GET http://u@b.test/ HTTP/1.1\r\n" HOST END), 400 },
	{ SLICE_INIT("GET /\nX HTTP/1.1\r\n" HOST END), 400 },
	{ SLICE_INIT(LINE END), 400 },
	{ SLICE_INIT(LINE HOST HOST END), 400 },
	{ SLICE_INIT(LINE "Host: a/b\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "A : b\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "A: b\r\n folded\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "no colon\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST ": x\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "A: b\nC: d\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "A: b\rC: d\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "A: \0\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n" END),
	  400 },
	{ SLICE_INIT(LINE HOST "Content-Length: 1\r\nContent-Length: 1\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "Content-Length: 1, 1\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "Content-Length: +1\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "Content-Length: 0x1\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "Content-Length: \r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "Content-Length: 18446744073709551616\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "Transfer-Encoding: gzip, chunked\r\n" END), 501 },
	{ SLICE_INIT(LINE HOST "Transfer-Encoding: chunked\r\n"
			       "Transfer-Encoding: chunked\r\n" END),
	  400 },
	{ SLICE_INIT("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" END), 400 },
	{ SLICE_INIT(LINE HOST "Expect: the impossible\r\n" END), 417 },
};

TEST(http_request_refusals)
{
	for (size_t i = 0; i < countof(refusals); i++) {
		struct http_request r;

		CHECK_INT(http_request_parse(refusals[i].head, &r), refusals[i].status);
	}
}

TEST(http_request_limits)
{
	struct http_request r;
	struct buf head;

	buf_init(&head, 3 * (size_t)HTTP_HEAD_MAX);
	buf_add(&head, S(LINE HOST));
	for (int i = 1; i <= HTTP_FIELDS_MAX; i++) {
		buf_add(&head, S(END));
		CHECK_INT(http_request_parse(buf_slice(&head), &r), 0);
		buf_truncate(&head, head.n - 2);
		buf_add(&head, S("A: b\r\n"));
	}
	buf_add(&head, S(END));
	CHECK_INT(http_request_parse(buf_slice(&head), &r), 431);
	buf_reset(&head);
	buf_add(&head, S("GET /"));
	for (int i = 0; i < HTTP_REQUEST_LINE_MAX; i++)
		buf_add_char(&head, 'a');
	buf_add(&head, S(" HTTP/1.1\r\n" HOST END));
	CHECK_INT(http_request_parse(buf_slice(&head), &r), 414);
	buf_done(&head);
}
