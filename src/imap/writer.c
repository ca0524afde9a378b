#include "imap/writer.h"

#include "base/utf8.h"
#include "imap/lexer.h"

enum { QUOTED_MAX = 1000 }; /* octets; longer text goes as a literal, which is cheaper */

static bool fits_quotes(slice text, bool utf8)
{
	bool high = false;

	if (text.n > QUOTED_MAX) return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '\0' || c == '\r' || c == '\n') return false;
		high |= (unsigned char)c > 127;
	}
	return !high || (utf8 && utf8_valid(text));
}

static bool write_quoted(struct buf *out, slice text)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\') buf_add_char(out, '\\');
		buf_add_char(out, text.p[i]);
	}
	return buf_add_char(out, '"') && !out->overflow;
}

bool write_string(struct buf *out, slice text, bool utf8)
{
	if (fits_quotes(text, utf8)) return write_quoted(out, text);
	buf_addf(out, "{%zu}\r\n", text.n);
	return buf_add(out, text);
}

static bool fits_atom(slice text)
{
	size_t n = 0;

	while (n < text.n && is_astring_char(text.p[n]))
		n++;
	return n && n == text.n && !slice_eq_nocase(text, S("NIL"));
}

bool write_astring(struct buf *out, slice text, bool utf8)
{
	return fits_atom(text) ? buf_add(out, text) : write_string(out, text, utf8);
}

bool write_nstring(struct buf *out, slice text, bool present)
{
	return present ? write_string(out, text, false) : buf_add(out, S("NIL"));
}
