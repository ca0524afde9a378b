#include "imap/compression.h"

#include <assert.h>
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

#include "imap/session.h"

enum {
	LEVEL = 4,
	/* The deflater has 64 KiB: twice the window, and as much for what it has read. */
	WINDOW_BITS = 13,
	MEMORY_LEVEL = 6,
	STEP = 16 * 1024, /* octets written at once */
	WIRE_MAX = OUTPUT_MAX + OUTPUT_MAX / 16,
};

/* How what the client sends goes on. */
enum incoming_state { COMPRESSED, LAST_FLUSH, PLAIN };

struct compression {
	z_stream in, out;
	bool has_out; /* there is a deflater */
	bool is_out_ended;
	enum incoming_state state;
	struct buf plain; /* inflated, and not yet taken by the engine */
	struct buf wire;  /* to be sent */
	bool is_full;     /* the inflater may have more without more input */
	/* The engine was given all, but to be called again the last octet was left with
	 * the driver. */
	bool owes;
	uint32_t tail; /* the last four octets inflated */
};

struct compression *compression_new(struct imap *s)
{
	struct compression *z = calloc(1, sizeof(*z));

	assert(z);
	buf_init(&z->plain, STEP);
	buf_init(&z->wire, WIRE_MAX);
	if (inflateInit2(&z->in, -MAX_WBITS) != Z_OK) abort();
	buf_move(&z->wire, &s->output);
	return z;
}

void compression_free(struct compression *z)
{
	if (!z) return;
	inflateEnd(&z->in);
	if (z->has_out) deflateEnd(&z->out);
	buf_wipe(&z->plain);
	buf_done(&z->wire);
	free(z);
}

size_t compression_waiting(const struct compression *z)
{
	return z->wire.n;
}

/* --- to the client --- */

static void deflate_all(struct compression *z, slice plain, int flush)
{
	int status = Z_OK;

	if (!z->has_out && deflateInit2(&z->out, LEVEL, Z_DEFLATED, -WINDOW_BITS,
					MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z->has_out = true;
	z->out.next_in = (const unsigned char *)plain.p;
	z->out.avail_in = (uInt)plain.n;
	do {
		char *to = buf_reserve(&z->wire, STEP);

		if (!to) return; /* it has overflown: the connection ends */
		z->out.next_out = (unsigned char *)to;
		z->out.avail_out = STEP;
		status = deflate(&z->out, flush);
		buf_commit(&z->wire, STEP - z->out.avail_out);
	} while (status == Z_OK && !z->out.avail_out);
}

/* After a full flush nothing refers back: another deflater may go on. */
static void give_up_deflater(struct compression *z)
{
	if (z->has_out) deflateEnd(&z->out);
	z->out = (z_stream){ 0 };
	z->has_out = false;
}

struct buf *compression_output(struct imap *s)
{
	struct compression *z = s->compression;
	bool idles = s->input.reader == READ_IDLE;

	if (s->output.overflow) z->wire.overflow = true;
	if (z->is_out_ended) {
		buf_move(&z->wire, &s->output);
	} else if (s->output.n) {
		deflate_all(z, buf_slice(&s->output),
			    idles ? Z_FULL_FLUSH : Z_SYNC_FLUSH);
		buf_done(&s->output);
		if (idles) give_up_deflater(z);
	}
	return &z->wire;
}

/* --- from the client --- */

static void note_tail(struct compression *z, slice taken)
{
	if (taken.n > 4) taken = slice_skip(taken, taken.n - 4);
	for (size_t i = 0; i < taken.n; i++)
		z->tail = z->tail << 8 | (unsigned char)taken.p[i];
}

/* A step, or to the end of a block. False: this is no deflated stream. */
static bool inflate_some(struct compression *z, slice *in, int *ret_status)
{
	char *to = buf_reserve(&z->plain, STEP);

	assert(to); /* plain is empty */
	z->in.next_in = (const unsigned char *)in->p;
	z->in.avail_in = (uInt)in->n;
	z->in.next_out = (unsigned char *)to;
	z->in.avail_out = STEP;
	*ret_status = inflate(&z->in, Z_BLOCK);
	buf_commit(&z->plain, STEP - z->in.avail_out);
	z->is_full = !z->in.avail_out;
	note_tail(z, slice_head(*in, in->n - z->in.avail_in));
	*in = slice_skip(*in, in->n - z->in.avail_in);
	return *ret_status == Z_OK || *ret_status == Z_BUF_ERROR ||
	       *ret_status == Z_STREAM_END;
}

/* What stands behind the last command: a flush is an empty block of five octets, of which
 * the last four are always these; or the stream has an end. */
static bool is_at_last_flush(const struct compression *z, int status)
{
	enum { AT_BLOCK_END = 128, EMPTY_BLOCK = 0x0000ffff };

	return status == Z_STREAM_END ||
	       (z->in.data_type & AT_BLOCK_END && z->tail == EMPTY_BLOCK);
}

/* Whether there may be more to do with what there is. At the end nothing may stand
 * between the last command and its flush. */
static bool take_some(struct imap *s, slice *in)
{
	struct compression *z = s->compression;
	bool was_full = z->is_full;
	int status;

	if (!in->n && !was_full) return false;
	if (z->plain.n || !inflate_some(z, in, &status) ||
	    (z->state == LAST_FLUSH ? z->plain.n > 0
				    : status == Z_STREAM_END && !z->plain.n)) {
		session_bye(s, S("this is not compressed as agreed"));
		return false;
	}
	if (z->state == LAST_FLUSH && is_at_last_flush(z, status)) z->state = PLAIN;
	return z->state != PLAIN && (in->n || z->plain.n || was_full);
}

static void give_to_engine(struct imap *s)
{
	struct buf *plain = &s->compression->plain;

	buf_drop(plain, input_take(s, buf_slice(plain)));
}

static void finish(struct imap *s)
{
	struct compression *z = s->compression;

	buf_move(&z->wire, &s->output);
	s->output = z->wire;
	buf_init(&z->wire, WIRE_MAX);
	s->compression = NULL;
	compression_free(z);
}

size_t compression_feed(struct imap *s, slice bytes)
{
	struct compression *z = s->compression;
	slice in = slice_skip(bytes, z->owes);

	z->owes = false;
	while (s->want == WANT_INPUT) {
		if (z->plain.n && z->state == COMPRESSED)
			give_to_engine(s);
		else if (!take_some(s, &in))
			break;
	}
	if (z->state == PLAIN)
		finish(s);
	else if (z->plain.n || z->is_full)
		z->owes = true;
	else
		buf_done(&z->plain);
	return bytes.n - in.n - (s->compression && z->owes);
}

void compression_end(struct imap *s)
{
	(void)compression_output(s);
	s->compression->is_out_ended = true;
	s->compression->state = LAST_FLUSH;
}
