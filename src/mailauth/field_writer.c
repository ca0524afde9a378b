#include "mailauth/field_writer.h"

#include <assert.h>

#include "base/base64.h"

void field_writer_start(struct field_writer *w, struct buf *out, slice name)
{
	*w = (struct field_writer){ .out = out, .column = name.n + 1, .first = true };
	buf_add(out, name);
	buf_add_char(out, ':');
}

static void put(struct field_writer *w, slice text)
{
	buf_add(w->out, text);
	w->column += text.n;
}

static void fold(struct field_writer *w)
{
	buf_add(w->out, S("\r\n "));
	w->column = 1;
}

/* The tag's name, on a line where `octets` of its value fit too. */
static void start_tag(struct field_writer *w, slice name, size_t octets)
{
	size_t need = name.n + octets + 3; /* SP, "=" and ";" */

	if (!w->first) put(w, S(";"));
	if (w->next_line || (!w->first && w->column + need > FIELD_LINE))
		fold(w);
	else
		put(w, S(" "));
	w->first = w->next_line = false;
	put(w, name);
	put(w, S("="));
}

void field_writer_tag(struct field_writer *w, const char *name, slice value)
{
	start_tag(w, slice_of(name), value.n);
	put(w, value);
}

void field_writer_number(struct field_writer *w, const char *name, uint64_t value)
{
	struct buf digits;

	buf_init(&digits, 20);
	buf_add_u64(&digits, value);
	field_writer_tag(w, name, buf_slice(&digits));
	buf_done(&digits);
}

void field_writer_names(struct field_writer *w, slice names)
{
	start_tag(w, S("h"), slice_find_char(names, ':'));
	while (names.n) {
		slice name = slice_head(names, slice_find_char(names, ':') + 1);

		if (w->column + name.n > FIELD_LINE) fold(w);
		put(w, name);
		names = slice_skip(names, name.n);
	}
}

void field_writer_hash(struct field_writer *w, const struct body_hash *hash)
{
	struct buf text;

	buf_init(&text, base64_size(SHA256_OCTETS));
	base64_encode(&text, (slice){ (const char *)hash->octets, SHA256_OCTETS });
	field_writer_tag(w, "bh", buf_slice(&text));
	buf_done(&text);
}

void field_writer_signature(struct field_writer *w)
{
	start_tag(w, S("b"), 0);
	w->signature_at = w->out->n;
	w->signature_column = w->column;
	w->next_line = true;
}

struct signed_field field_writer_end(struct field_writer *w)
{
	struct signed_field field;
	bool good = signed_field_parse(buf_slice(w->out), &field);

	assert(good); /* its name is ours */
	return field;
}

static void put_base64(size_t column, slice text, struct buf *out)
{
	while (text.n) {
		slice part =
			slice_head(text, column < FIELD_LINE ? FIELD_LINE - column : 0);

		buf_add(out, part);
		text = slice_skip(text, part.n);
		if (text.n) buf_add(out, S("\r\n "));
		column = 1;
	}
}

static enum err put_signed(const struct field_writer *w, slice signature, struct buf *out)
{
	slice field = buf_slice(w->out);
	struct buf text;

	buf_init(&text, base64_size(SIGNING_OCTETS_MAX));
	base64_encode(&text, signature);
	buf_add(out, slice_head(field, w->signature_at));
	put_base64(w->signature_column, buf_slice(&text), out);
	buf_add(out, slice_skip(field, w->signature_at));
	buf_add(out, S("\r\n"));
	buf_done(&text);
	return out->overflow || w->out->overflow ? ERR_LIMIT : ERR_NONE;
}

enum err field_writer_sign(const struct field_writer *w, const struct signing_key *key,
			   const uint8_t digest[static SHA256_OCTETS],
			   struct buf *signed_out)
{
	size_t before = signed_out->n;
	struct buf signature;
	enum err e;

	buf_init(&signature, SIGNING_OCTETS_MAX);
	e = signing_key_sign(key, digest, &signature);
	if (!e) e = put_signed(w, buf_slice(&signature), signed_out);
	if (e) buf_truncate(signed_out, before);
	buf_done(&signature);
	return e;
}
