#include "imap/compression.h"

#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "base/test.h"
#include "imap/client_test.h"

enum { ROOM = 8 << 20 };

/* The client's side of the streams. */
struct peer {
	struct test_client c;
	z_stream out, in;
	struct buf heard; /* inflated */
};

static void open_peer(struct peer *p)
{
	memset(p, 0, sizeof(*p));
	test_client_open(&p->c);
	buf_init(&p->heard, ROOM);
	CHECK_INT(deflateInit2(&p->out, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
	CHECK_INT(inflateInit2(&p->in, -15), Z_OK);
	test_client_say(&p->c, S("a COMPRESS DEFLATE\r\n"));
	CHECK_SLICE(buf_slice(&p->c.replies), S("a OK DEFLATE active\r\n"));
}

static void close_peer(struct peer *p)
{
	deflateEnd(&p->out);
	inflateEnd(&p->in);
	buf_done(&p->heard);
	test_client_close(&p->c);
}

static void deflate_to(struct peer *p, slice text, int flush, struct buf *ret)
{
	char *to;

	buf_init(ret, ROOM);
	to = buf_reserve(ret, ROOM);
	p->out.next_in = (const unsigned char *)text.p;
	p->out.avail_in = (uInt)text.n;
	p->out.next_out = (unsigned char *)to;
	p->out.avail_out = ROOM;
	deflate(&p->out, flush);
	buf_commit(ret, ROOM - p->out.avail_out);
}

static void hear(struct peer *p)
{
	buf_reset(&p->heard);
	p->in.next_in = (const unsigned char *)buf_slice(&p->c.replies).p;
	p->in.avail_in = (uInt)p->c.replies.n;
	p->in.next_out = (unsigned char *)buf_reserve(&p->heard, ROOM);
	p->in.avail_out = ROOM;
	CHECK(p->c.replies.n == 0 || inflate(&p->in, Z_SYNC_FLUSH) == Z_OK);
	buf_commit(&p->heard, ROOM - p->in.avail_out);
}

static void say(struct peer *p, slice text, size_t cut)
{
	struct buf wire;
	slice rest;

	deflate_to(p, text, Z_SYNC_FLUSH, &wire);
	rest = buf_slice(&wire);
	buf_reset(&p->heard);
	while (rest.n) {
		struct buf all;

		buf_init(&all, ROOM);
		buf_move(&all, &p->heard);
		test_client_say(&p->c, slice_head(rest, cut));
		hear(p);
		buf_add(&all, buf_slice(&p->heard));
		buf_done(&p->heard);
		buf_init(&p->heard, ROOM);
		buf_move(&p->heard, &all);
		rest = slice_skip(rest, cut);
	}
	buf_done(&wire);
}

TEST(compression)
{
	static const size_t cuts[] = { 1, 2, 7, SIZE_MAX };

	for (size_t i = 0; i < countof(cuts); i++) {
		struct peer p;

		open_peer(&p);
		say(&p, S("b NOOP\r\n"), cuts[i]);
		CHECK_SLICE(buf_slice(&p.heard), S("b OK NOOP completed\r\n"));
		say(&p,
		    S("c CREATE x\r\nd CREATE y\r\ne LIST \"\" %\r\nf COMPRESS "
		      "DEFLATE\r\n"),
		    cuts[i]);
		CHECK_SLICE(buf_slice(&p.heard),
			    S("c OK [MAILBOXID (F1-2)] CREATE completed\r\n"
			      "d OK [MAILBOXID (F1-3)] CREATE completed\r\n"
			      "* LIST (\\HasNoChildren) \"/\" INBOX\r\n"
			      "* LIST (\\HasNoChildren) \"/\" x\r\n"
			      "* LIST (\\HasNoChildren) \"/\" y\r\n"
			      "e OK LIST completed\r\n"
			      "f BAD [COMPRESSIONACTIVE] DEFLATE is active already\r\n"));
		close_peer(&p);
	}
}

/* Much that says little: it comes through, and the engine keeps none of it. */
TEST(compression_of_a_large_message)
{
	enum { SIZE = 1'000'000 };
	struct peer p;
	struct buf text;

	open_peer(&p);
	buf_init(&text, ROOM);
	buf_addf(&text, "b APPEND INBOX {%d+}\r\n", SIZE);
	for (int i = 0; i < SIZE; i++)
		buf_add_char(&text, 'x');
	buf_add(&text, S("\r\nc NOOP\r\n"));
	say(&p, buf_slice(&text), SIZE_MAX);
	CHECK(slice_starts(buf_slice(&p.heard), S("b OK [APPENDUID ")));
	CHECK(slice_ends_nocase(buf_slice(&p.heard), S("c OK NOOP completed\r\n")));
	say(&p, S("d SELECT INBOX\r\ne FETCH 1 BODY[]\r\n"), SIZE_MAX);
	CHECK(p.heard.n > SIZE);
	CHECK(p.c.replies.n < SIZE / 50);
	buf_done(&text);
	close_peer(&p);
}

TEST(compression_is_idle)
{
	struct peer p;

	open_peer(&p);
	say(&p, S("b SELECT INBOX\r\nc IDLE\r\n"), SIZE_MAX);
	CHECK(slice_ends_nocase(buf_slice(&p.heard), S("+ idling\r\n")));
	for (int i = 0; i < 3; i++) {
		test_client_deliver(&p.c, S("x: y\r\n\r\n"), 1);
		p.c.engine->ops->changed(p.c.engine);
		say(&p, S(""), SIZE_MAX);
		test_client_say(&p.c, S(""));
		hear(&p);
		CHECK(slice_find(buf_slice(&p.heard), S(" EXISTS\r\n")) < p.heard.n);
	}
	say(&p, S("DONE\r\nd NOOP\r\n"), SIZE_MAX);
	CHECK_SLICE(buf_slice(&p.heard),
		    S("c OK IDLE completed\r\nd OK NOOP completed\r\n"));
	close_peer(&p);
}

/* What is no deflated stream, and a stream that ends, end the session. */
TEST(compression_of_rubbish)
{
	struct engine *e;
	struct peer p;
	struct buf wire;

	open_peer(&p);
	e = p.c.engine;
	engine_feed(e, S("b NOOP\r\n"));
	CHECK_INT(engine_want(e), WANT_CLOSE);
	close_peer(&p);
	open_peer(&p);
	e = p.c.engine;
	deflate_to(&p, S("b NOOP\r\n"), Z_FINISH, &wire);
	while (wire.n && engine_want(e) != WANT_CLOSE)
		buf_drop(&wire, engine_feed(e, buf_slice(&wire)));
	engine_feed(e, S("x"));
	CHECK_INT(engine_want(e), WANT_CLOSE);
	buf_done(&wire);
	close_peer(&p);
}

static const char again[] = "r LOGIN ann@example.test secret2\r\nt LIST \"\" %\r\n";

static void check_unauthenticated(int flush, size_t cut)
{
	struct buf wire, replies;
	struct peer p;
	slice rest;

	open_peer(&p);
	buf_init(&replies, ROOM);
	deflate_to(&p, S("q UNAUTHENTICATE\r\n"), flush, &wire);
	buf_add(&wire, slice_of(again));
	for (rest = buf_slice(&wire); rest.n; rest = slice_skip(rest, cut)) {
		test_client_say(&p.c, slice_head(rest, cut));
		buf_move(&replies, &p.c.replies);
	}
	buf_move(&p.c.replies, &replies);
	buf_init(&p.heard, ROOM);
	p.in.next_in = (const unsigned char *)buf_slice(&p.c.replies).p;
	p.in.avail_in = (uInt)p.c.replies.n;
	p.in.next_out = (unsigned char *)buf_reserve(&p.heard, ROOM);
	p.in.avail_out = 29; /* the answer, and no octet more */
	(void)inflate(&p.in, Z_SYNC_FLUSH);
	buf_commit(&p.heard, 29);
	CHECK_SLICE(buf_slice(&p.heard), S("q OK UNAUTHENTICATE completed"));
	CHECK_INT(test_client_count(&p.c, S("\r\nt OK LIST completed\r\n")), 1);
	CHECK_INT(test_client_count(&p.c, S("r OK [CAPABILITY ")), 1);
	buf_done(&wire);
	buf_done(&replies);
	close_peer(&p);
}

/* RFC 8437 4.1: it ends the compression, and plain commands may follow in one piece. */
TEST(compression_ends)
{
	static const size_t cuts[] = { 1, 3, 1000 };

	for (size_t i = 0; i < countof(cuts); i++) {
		check_unauthenticated(Z_SYNC_FLUSH, cuts[i]);
		check_unauthenticated(Z_FINISH, cuts[i]);
	}
}
