#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/json_writer.h"
#include "base/utf8.h"

static struct {
	atomic_int level, format, fd;
} sink = { LOG_INFO, LOG_TEXT, STDERR_FILENO };

enum { LINE_RESERVE = 32 }; /* octets kept for what ends a line */

void log_set_level(enum log_level least)
{
	sink.level = (int)least;
}

void log_set_format(enum log_format format)
{
	sink.format = (int)format;
}

void log_set_fd(int fd)
{
	sink.fd = fd;
}

bool log_enabled(enum log_level level)
{
	return (int)level >= sink.level;
}

static const char *const level_names[LOG_LEVEL_COUNT] = {
	[LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_WARNING] = "warning",
	[LOG_ERROR] = "error",
};

const char *log_level_name(enum log_level level)
{
	assert(level < LOG_LEVEL_COUNT);
	return level_names[level];
}

bool log_level_of(slice name, enum log_level *ret)
{
	for (int i = 0; i < LOG_LEVEL_COUNT; i++) {
		if (!slice_eq(name, slice_of(level_names[i]))) continue;
		*ret = (enum log_level)i;
		return true;
	}
	return false;
}

/* --- the text form --- */

/* How many octets at the front of s, which is not empty, are one character that may stand
 * as it is; 0 when the first octet must be escaped. */
static size_t plain_octets(slice s)
{
	slice rest = s;
	uint32_t c;

	if (!take_code_point(&rest, &c) || is_deceptive(c) || c == '"' || c == '\\')
		return 0;
	return s.n - rest.n;
}

static bool needs_quotes(slice s)
{
	size_t n = 1;

	if (s.n == 0) return true;
	for (; s.n && n; s = slice_skip(s, n)) {
		if (s.p[0] == ' ' || s.p[0] == '=') return true;
		n = plain_octets(s);
		if (n == 0) return true;
	}
	return false;
}

static void add_escape(struct buf *out, char c)
{
	if (c == '"' || c == '\\')
		buf_addf(out, "\\%c", c);
	else if (c == '\n')
		buf_add(out, S("\\n"));
	else if (c == '\r')
		buf_add(out, S("\\r"));
	else if (c == '\t')
		buf_add(out, S("\\t"));
	else
		buf_addf(out, "\\x%02x", (unsigned char)c);
}

static void add_quoted(struct buf *out, slice s)
{
	buf_add_char(out, '"');
	while (s.n) {
		size_t n = plain_octets(s);

		if (n)
			buf_add(out, slice_head(s, n));
		else
			add_escape(out, s.p[0]);
		s = slice_skip(s, n ? n : 1);
	}
	buf_add_char(out, '"');
}

static void add_text(struct buf *out, slice value)
{
	value = utf8_head(value, LOG_VALUE_MAX);
	if (needs_quotes(value))
		add_quoted(out, value);
	else
		buf_add(out, value);
}

static void add_text_field(struct buf *out, const struct log_field *f)
{
	buf_add_char(out, ' ');
	buf_add(out, slice_of(f->key));
	buf_add_char(out, '=');
	switch (f->type) {
	case LOG_TYPE_INT:
		buf_addf(out, "%lld", (long long)f->number);
		break;
	case LOG_TYPE_BOOL:
		buf_add(out, f->flag ? S("yes") : S("no"));
		break;
	case LOG_TYPE_STRING:
		add_text(out, f->string);
		break;
	}
}

/* A field that does not fit is left out whole, and so is all behind it. */
static bool keep_if_whole(struct buf *out, size_t had)
{
	if (!out->overflow) return true;
	buf_truncate(out, had);
	return false;
}

static void write_text(struct buf *out, enum log_level level, const char *event,
		       const struct log_field *f)
{
	bool whole = true;

	date_add_iso_ms(out, clock_now_ms());
	buf_add_char(out, ' ');
	buf_add(out, slice_of(log_level_name(level)));
	buf_add_char(out, ' ');
	buf_add(out, slice_of(event));
	for (; f->key && whole; f++) {
		size_t had = out->n;

		add_text_field(out, f);
		whole = keep_if_whole(out, had);
	}
	out->max = LOG_LINE_MAX;
	if (!whole) buf_add(out, S(" cut=yes"));
}

/* --- the JSON form --- */

static void add_json_field(struct json_writer *w, const struct log_field *f)
{
	json_write_key(w, slice_of(f->key));
	switch (f->type) {
	case LOG_TYPE_INT:
		json_write_int(w, f->number);
		break;
	case LOG_TYPE_BOOL:
		json_write_bool(w, f->flag);
		break;
	case LOG_TYPE_STRING:
		json_write_string(w, utf8_head(f->string, LOG_VALUE_MAX));
		break;
	}
}

static void write_json(struct buf *out, enum log_level level, const char *event,
		       const struct log_field *f)
{
	struct json_writer w;
	bool whole = true;

	json_writer_init(&w, out);
	json_write_object_begin(&w);
	json_write_key(&w, S("time"));
	json_write_date_ms(&w, clock_now_ms());
	json_write_key(&w, S("level"));
	json_write_string(&w, slice_of(log_level_name(level)));
	json_write_key(&w, S("event"));
	json_write_string(&w, slice_of(event));
	for (; f->key && whole; f++) {
		size_t had = out->n;

		add_json_field(&w, f);
		whole = keep_if_whole(out, had);
	}
	out->max = LOG_LINE_MAX;
	if (!whole) {
		json_write_key(&w, S("cut"));
		json_write_bool(&w, true);
	}
	json_write_object_end(&w);
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
	CLEANUP(buf_done) struct buf line = { 0 };

	buf_init(&line, LOG_LINE_MAX - LINE_RESERVE);
	if (sink.format == LOG_JSON)
		write_json(&line, level, event, fields);
	else
		write_text(&line, level, event, fields);
	buf_add_char(&line, '\n');
	while (write(sink.fd, buf_slice(&line).p, line.n) < 0 && errno == EINTR)
		continue;
}
