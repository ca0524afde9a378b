#include "message/header_text.h"
#include "message/structure_writer.h"

enum { QUOTED_MAX = 1000 }; /* octets; longer strings are literals */

static bool fits_quoted(slice text)
{
	if (text.n > QUOTED_MAX) return false;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == 0 || c == '\r' || c == '\n' || c >= 0x80) return false;
	}
	return true;
}

static void write_quoted(slice text, struct buf *out)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\') buf_add_char(out, '\\');
		buf_add_char(out, text.p[i]);
	}
	buf_add_char(out, '"');
}

static size_t count_nuls(slice text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.n; i++)
		count += text.p[i] == 0;
	return count;
}

/* A literal holds no NUL (RFC 9051 9, CHAR8): they are left out. */
static void write_literal(slice text, struct buf *out)
{
	slice run;

	buf_addf(out, "{%zu}\r\n", text.n - count_nuls(text));
	while (take_until(&text, '\0', &run))
		buf_add(out, run);
	buf_add(out, text);
}

bool nstring_write(slice text, bool present, struct buf *out)
{
	if (!present)
		buf_add(out, S("NIL"));
	else if (fits_quoted(text))
		write_quoted(text, out);
	else
		write_literal(text, out);
	return !out->overflow;
}

void field_nstring_write(const struct mime_part *part, slice name, struct buf *out)
{
	const struct header_field *f = mime_find_field(part, name);
	slice value = f ? slice_trim(f->value) : S("");
	struct buf line;

	if (slice_find_char(value, '\n') == value.n) {
		nstring_write(value, f != NULL, out);
		return;
	}
	buf_init(&line, value.n);
	header_unfold(value, &line);
	nstring_write(buf_slice(&line), true, out);
	buf_done(&line);
}
