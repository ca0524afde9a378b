#include "base/json_writer.h"

#include <assert.h>
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"

void json_writer_init(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){ .out = out };
}

static bool in_object(const struct json_writer *w)
{
	return w->depth && w->objects >> (w->depth - 1) & 1;
}

/* What goes before a value. */
static void begin_value(struct json_writer *w)
{
	assert(in_object(w) == w->wants_value);
	if (w->wants_comma && !w->wants_value) buf_add_char(w->out, ',');
	w->wants_comma = true;
	w->wants_value = false;
}

static void open_level(struct json_writer *w, char bracket, bool object)
{
	begin_value(w);
	assert(w->depth < JSON_DEPTH_MAX);
	w->objects &= ~(UINT64_C(1) << w->depth);
	w->objects |= (uint64_t)object << w->depth;
	w->depth++;
	w->wants_comma = false;
	buf_add_char(w->out, bracket);
}

static void close_level(struct json_writer *w, char bracket, bool object)
{
	assert(w->depth && in_object(w) == object && !w->wants_value);
	w->depth--;
	w->wants_comma = true;
	buf_add_char(w->out, bracket);
}

void json_write_object_begin(struct json_writer *w)
{
	open_level(w, '{', true);
}

void json_write_object_end(struct json_writer *w)
{
	close_level(w, '}', true);
}

void json_write_array_begin(struct json_writer *w)
{
	open_level(w, '[', false);
}

void json_write_array_end(struct json_writer *w)
{
	close_level(w, ']', false);
}

void json_write_key(struct json_writer *w, slice name)
{
	assert(in_object(w) && !w->wants_value);
	if (w->wants_comma) buf_add_char(w->out, ',');
	json_add_string(w->out, name);
	buf_add_char(w->out, ':');
	w->wants_value = true;
}

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

/* RFC 8259 7 has short forms for some controls; the others, DEL too, go by number. */
static bool add_ascii_escape(struct buf *out, unsigned char c)
{
	static const char short_forms[128] = {
		['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f',
		['\n'] = 'n', ['\r'] = 'r',  ['\t'] = 't'
	};

	if (short_forms[c])
		return buf_add(out, (slice){ (char[]){ '\\', short_forms[c] }, 2 });
	return buf_addf(out, "\\u%04x", c);
}

static size_t plain_prefix(slice s)
{
	size_t n = 0;

	while (n < s.n && is_plain(s.p[n]))
		n++;
	return n;
}

/* The usual case in one go. */
static bool add_plain_string(struct buf *out, slice value)
{
	char *to = buf_reserve(out, value.n + 2);

	if (!to) return false;
	to[0] = '"';
	if (value.n) memcpy(to + 1, value.p, value.n);
	to[value.n + 1] = '"';
	buf_commit(out, value.n + 2);
	return true;
}

bool json_add_string(struct buf *out, slice value)
{
	size_t plain = plain_prefix(value);
	uint32_t c;

	if (plain == value.n) return add_plain_string(out, value);

	buf_add_char(out, '"');
	for (; value.n; plain = plain_prefix(value)) {
		buf_add(out, slice_head(value, plain));
		value = slice_skip(value, plain);
		if (!take_code_point_lenient(&value, &c)) break;
		if (c < 128)
			add_ascii_escape(out, (unsigned char)c);
		else
			buf_add_code_point(out, c);
	}
	return buf_add_char(out, '"') && !out->overflow;
}

void json_write_string(struct json_writer *w, slice value)
{
	begin_value(w);
	json_add_string(w->out, value);
}

void json_write_int(struct json_writer *w, int64_t value)
{
	begin_value(w);
	if (value < 0) buf_add_char(w->out, '-');
	buf_add_u64(w->out, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void json_write_uint(struct json_writer *w, uint64_t value)
{
	begin_value(w);
	buf_add_u64(w->out, value);
}

void json_write_bool(struct json_writer *w, bool value)
{
	json_write_raw(w, value ? S("true") : S("false"));
}

void json_write_null(struct json_writer *w)
{
	json_write_raw(w, S("null"));
}

void json_write_date(struct json_writer *w, int64_t instant)
{
	begin_value(w);
	buf_add_char(w->out, '"');
	date_add_iso(w->out, instant);
	buf_add_char(w->out, '"');
}

void json_write_date_ms(struct json_writer *w, int64_t unix_ms)
{
	begin_value(w);
	buf_add_char(w->out, '"');
	date_add_iso_ms(w->out, unix_ms);
	buf_add_char(w->out, '"');
}

void json_write_raw(struct json_writer *w, slice json)
{
	begin_value(w);
	buf_add(w->out, json);
}
