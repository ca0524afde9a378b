/*
 * COMPRESS (RFC 4978): the first octet says what the others are.
 *
 * Even: the deflated stream itself, as anybody may send it. What the engine says is a
 * stream that a client can inflate whole, and however the network cuts what it is sent,
 * it says the same, but perhaps less before it closes. Odd: text that is deflated first;
 * then the replies are those that the same text gets without compression.
 */
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

#include "imap/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum {
	REPLIES_MAX = 64 << 20,
	TEXT_MAX = 4096,  /* octets of a text that is deflated */
	BOMB_MAX = 32768, /* octets that are fed as they are */
	CHUNK = 16384,
};

static void check(bool holds)
{
	if (!holds) abort();
}

/* What comes behind the answer that ends compression is plain (RFC 8437 4.1). */
static const slice last_answer = SLICE_INIT(" OK UNAUTHENTICATE completed\r\n");

static slice compressed_part(slice text)
{
	return slice_head(text, slice_find(text, last_answer) + last_answer.n);
}

/* Without the end that a broken stream has. */
static slice answers(slice text)
{
	const slice end = S("* BYE this is not compressed as agreed\r\n");

	text = compressed_part(text);
	return slice_head(text, slice_find(text, end));
}

/* Appends all that there is, as a client that reads to the end. */
static void inflate_all(slice wire, struct buf *out)
{
	z_stream z = { 0 };
	int status = Z_OK;

	check(inflateInit2(&z, -15) == Z_OK);
	z.next_in = (const unsigned char *)wire.p;
	z.avail_in = (uInt)wire.n;
	while (status == Z_OK && wire.n) {
		z.next_out = (unsigned char *)buf_reserve(out, CHUNK);
		z.avail_out = CHUNK;
		status = inflate(&z, Z_SYNC_FLUSH);
		buf_commit(out, CHUNK - z.avail_out);
	}
	if (slice_find(buf_slice(out), last_answer) == out->n)
		check(status != Z_DATA_ERROR && !z.avail_in);
	inflateEnd(&z);
}

/* Flushed after each piece of the length that its first octet says. */
static void deflate_all(slice text, struct buf *wire)
{
	z_stream z = { 0 };

	check(deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	do {
		slice piece = slice_head(text, text.n ? 1 + (unsigned char)text.p[0] : 0);

		z.next_in = (const unsigned char *)piece.p;
		z.avail_in = (uInt)piece.n;
		z.next_out = (unsigned char *)buf_reserve(wire, CHUNK);
		z.avail_out = CHUNK;
		check(deflate(&z, Z_SYNC_FLUSH) == Z_OK && !z.avail_in);
		buf_commit(wire, CHUNK - z.avail_out);
		text = slice_skip(text, piece.n);
	} while (text.n);
	deflateEnd(&z);
}

/* Replies to the bytes alone, as they are sent. */
static void play(bool compresses, slice bytes, size_t cut, struct buf *replies)
{
	struct test_host h;
	struct engine *e;
	struct buf before;

	check(test_host_init(&h));
	buf_init(&before, REPLIES_MAX);
	e = test_host_connect(&h);
	replay_feed(&h, e, slice_of(replay_opening), SIZE_MAX, &before);
	buf_reset(&before);
	if (compresses) {
		replay_feed(&h, e, S("z COMPRESS DEFLATE\r\n"), SIZE_MAX, &before);
		check(slice_eq(buf_slice(&before), S("z OK DEFLATE active\r\n")));
	}
	replay_feed(&h, e, bytes, cut, replies);
	buf_done(&before);
	e->ops->free(e);
	test_host_done(&h);
}

static void play_compressed(slice wire, size_t cut, struct buf *text)
{
	struct buf replies;

	buf_init(text, REPLIES_MAX);
	buf_init(&replies, REPLIES_MAX);
	play(true, wire, cut, &replies);
	inflate_all(buf_slice(&replies), text);
	replay_mask_numbers(text);
	buf_done(&replies);
}

/* A stream that is broken ends the session, sooner or later within one piece. */
static void check_stream(slice wire)
{
	struct buf whole, cut;
	slice a, b;

	play_compressed(wire, SIZE_MAX, &whole);
	play_compressed(wire, 3, &cut);
	a = answers(buf_slice(&whole));
	b = answers(buf_slice(&cut));
	check(slice_starts(a, b) || slice_starts(b, a));
	buf_done(&whole);
	buf_done(&cut);
}

/* What compression itself changes is left out. */
static void check_text(slice text)
{
	struct buf wire, plain, inflated;

	if (slice_find_nocase(text, S("COMPRESS")) < text.n ||
	    slice_find_nocase(text, S("UNAUTH")) < text.n)
		return;
	buf_init(&wire, REPLIES_MAX);
	buf_init(&plain, REPLIES_MAX);
	deflate_all(text, &wire);
	play(false, text, SIZE_MAX, &plain);
	replay_mask_numbers(&plain);
	play_compressed(buf_slice(&wire), 7, &inflated);
	check(slice_eq(buf_slice(&plain), buf_slice(&inflated)));
	buf_done(&wire);
	buf_done(&plain);
	buf_done(&inflated);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice bytes = slice_skip((slice){ (const char *)data, n }, 1);

	if (n && data[0] & 1)
		check_text(slice_head(bytes, TEXT_MAX));
	else
		check_stream(slice_head(bytes, BOMB_MAX));
	return 0;
}
