#include "jmap/binary.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "jmap/blob.h"
#include "store/object_id.h"
#include "store/upload.h"

enum {
	EMAIL_MARK = 'B', /* before an email's id */
	STEP_MARK = '_',
	PARTS_ARENA_MAX =
		8 * 1024 * 1024, /* octets: a part map of MIME_PARTS_MAX parts */
};

struct binary {
	struct octets octets; /* what the part lies in */
	struct encoded_part part;
	struct octets_decoder decoder;
};

/* --- ids --- */

void binary_id_of_email(int64_t account, int64_t email, struct buf *out)
{
	buf_add_char(out, EMAIL_MARK);
	object_id_write(OBJECT_EMAIL, account, email, out);
}

void binary_id_of_part(int64_t account, int64_t email, uint32_t part, struct buf *out)
{
	binary_id_of_email(account, email, out);
	buf_addf(out, "%c%" PRIu32, STEP_MARK, part);
}

void binary_id_of_upload(int64_t account, int64_t upload, struct buf *out)
{
	object_id_write(OBJECT_UPLOAD, account, upload, out);
}

void blob_id_of_part(slice blob, uint32_t part, struct buf *out)
{
	buf_add(out, blob);
	buf_addf(out, "%c%" PRIu32, STEP_MARK, part);
}

static unsigned count_steps(slice id)
{
	unsigned steps = 0;

	for (size_t i = 0; i < id.n; i++)
		steps += id.p[i] == STEP_MARK;
	return steps;
}

bool blob_has_parts(slice id)
{
	return count_steps(id) < BLOB_STEPS_MAX;
}

/* As blob_id_of_part writes it, and not otherwise. */
static bool take_step(slice *in, uint32_t *ret)
{
	slice s = *in;

	if (!take_char(&s, STEP_MARK)) return false;
	if (s.n > 1 && s.p[0] == '0' && is_digit(s.p[1])) return false;
	if (!take_u32(&s, ret)) return false;
	*in = s;
	return true;
}

/* --- opening --- */

static enum err open_root(struct account *a, slice id, bool is_email, struct octets *ret)
{
	int64_t number;
	enum err e;

	if (!take_object_id(&id, is_email ? OBJECT_EMAIL : OBJECT_UPLOAD, account_id(a),
			    &number) ||
	    id.n || number < 0)
		return ERR_NOT_FOUND;
	e = is_email ? body_open(a, number, &ret->body)
		     : upload_open(a, number, &ret->body);
	if (!e) ret->size = body_size(ret->body);
	return e;
}

static enum err map_place(const struct octets *o, struct arena *arena, uint32_t index,
			  struct encoded_part *ret)
{
	struct part_map map;
	enum err e = body_parts(o->body, arena, &map);
	const struct part_place *p;

	if (e) return e;
	if (index >= map.count) return ERR_NOT_FOUND;
	p = &map.parts[index];
	if (p->kind == MIME_MULTIPART) return ERR_NOT_FOUND;
	*ret = (struct encoded_part){ p->body_start, p->end, p->encoding };
	return ERR_NONE;
}

static enum err parsed_place(const struct octets *o, struct arena *arena, uint32_t index,
			     struct encoded_part *ret)
{
	const struct mime *m = octets_parse(o, arena);
	const struct mime_part *p;

	if (!m) return ERR_LATER;
	if (index >= m->part_count) return ERR_NOT_FOUND;
	p = &m->parts[index];
	if (p->kind == MIME_MULTIPART) return ERR_NOT_FOUND;
	*ret = (struct encoded_part){ p->body_start, p->end, p->encoding };
	return ERR_NONE;
}

/* The part of o with that index; an email's parts are known since it came. */
static enum err find_part(const struct octets *o, bool is_email, uint32_t index,
			  struct encoded_part *ret)
{
	struct arena arena;
	enum err e;

	arena_init(&arena, is_email ? PARTS_ARENA_MAX : MIME_ARENA_MAX);
	e = is_email ? map_place(o, &arena, index, ret)
		     : parsed_place(o, &arena, index, ret);
	arena_done(&arena);
	return e;
}

/* Makes o the content of one of its parts. */
static enum err narrow(struct octets *o, const struct encoded_part *part)
{
	struct octets_decoder d;
	struct buf decoded;
	bool ok = true;

	if (is_identity(part->encoding)) {
		o->start += part->start;
		o->size = part->end - part->start;
		return ERR_NONE;
	}
	buf_init(&decoded, part->end - part->start + OCTETS_PIECE);
	octets_decoder_init(&d, o, part, NULL);
	while (ok && !octets_decoder_ended(&d))
		ok = octets_decoder_next(&d, &decoded);
	octets_decoder_done(&d);
	octets_done(o);
	*o = (struct octets){ .memory = decoded, .size = decoded.n };
	return ok ? ERR_NONE : ERR_LATER;
}

/* What the last step is within; the octets are those of the steps before. */
static enum err open_within(struct account *a, slice id, struct octets *ret,
			    struct encoded_part *ret_part)
{
	slice root = slice_head(id, slice_find_char(id, STEP_MARK));
	slice steps = slice_skip(id, root.n);
	bool is_email = take_char(&root, EMAIL_MARK);
	uint32_t index;
	enum err e;

	if (count_steps(id) > BLOB_STEPS_MAX) return ERR_NOT_FOUND;
	e = open_root(a, root, is_email, ret);
	*ret_part = (struct encoded_part){ 0, ret->size, MIME_BINARY };
	while (!e && take_step(&steps, &index)) {
		e = narrow(ret, ret_part);
		if (!e) e = find_part(ret, is_email, index, ret_part);
		is_email = false;
	}
	return !e && steps.n ? ERR_NOT_FOUND : e;
}

enum err blob_open(struct account *a, slice id, struct octets *ret)
{
	struct encoded_part part;
	enum err e;

	*ret = (struct octets){ 0 };
	e = open_within(a, id, ret, &part);
	return e ? e : narrow(ret, &part);
}

enum err binary_open(struct account *a, slice id, struct binary **ret)
{
	struct binary *b = calloc(1, sizeof(*b));
	enum err e;

	assert(b);
	e = open_within(a, id, &b->octets, &b->part);
	if (e) {
		binary_close(b);
		return e;
	}
	octets_decoder_init(&b->decoder, &b->octets, &b->part, NULL);
	*ret = b;
	return ERR_NONE;
}

void binary_close(struct binary *b)
{
	if (!b) return;
	octets_decoder_done(&b->decoder);
	octets_done(&b->octets);
	free(b);
}

bool binary_read(struct binary *b, struct buf *out, bool *ret_ended)
{
	size_t before = out->n;
	bool ok = true;

	while (ok && out->n == before && !octets_decoder_ended(&b->decoder))
		ok = octets_decoder_next(&b->decoder, out);
	*ret_ended = octets_decoder_ended(&b->decoder);
	return ok;
}

bool binary_size(const struct binary *b, uint64_t *ret)
{
	if (!is_identity(b->part.encoding)) return false;
	*ret = b->part.end - b->part.start;
	return true;
}

bool binary_measure(const struct binary *b, uint64_t *ret)
{
	return octets_decoded_size(&b->octets, &b->part, ret);
}

uint64_t binary_seek(struct binary *b, uint64_t at)
{
	uint64_t size;

	if (!binary_size(b, &size) || at > size) return 0;
	b->decoder.at += at;
	return at;
}
