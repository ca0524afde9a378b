#include "queue/bounce.h"

#include <assert.h>

#include "base/date.h"
#include "base/quoted_printable.h"
#include "base/utf8.h"
#include "queue/bounce_private.h"

enum {
	PART_MAX = BOUNCE_MAX / 4,
	LINE_MAX_OCTETS = 998, /* RFC 5322 2.1.1 */
};

enum encoding { ENCODING_7BIT, ENCODING_8BIT, ENCODING_QUOTED_PRINTABLE };

static const slice encoding_names[] = {
	[ENCODING_7BIT] = SLICE_INIT("7bit"),
	[ENCODING_8BIT] = SLICE_INIT("8bit"),
	[ENCODING_QUOTED_PRINTABLE] = SLICE_INIT("quoted-printable"),
};

struct part {
	slice type, content;
	enum encoding encoding;
};

bool bounce_is_utf8(const struct bounce *b)
{
	return !is_ascii(b->report->message.envelope.reverse_path);
}

/* --- what is returned of the message --- */

/* Up to the empty line that ends the header section; false where there is none. */
static bool take_header_section(slice message, slice *ret)
{
	size_t n = slice_find(message, S("\r\n\r\n"));

	*ret = slice_head(message, 0);
	if (slice_starts(message, S("\r\n"))) return true;
	if (n < message.n) *ret = slice_head(message, n + 2);
	return n < message.n;
}

/* Where it is cut off, the lines that are whole. */
static slice header_section(slice message)
{
	size_t n = message.n;
	slice section;

	if (take_header_section(message, &section)) return section;
	while (n > 0 && message.p[n - 1] != '\n')
		n--;
	return slice_head(message, n);
}

/* A message that is all header section gains nothing. */
static bool returns_all(const struct bounce *b)
{
	const struct queue_message *m = &b->report->message;
	slice section;

	return b->report->kind == REPORT_FAILED &&
	       m->envelope.return_wish == RETURN_FULL &&
	       !(m->envelope.flags & (MESSAGE_REQUIRE_TLS | MESSAGE_BINARY)) &&
	       b->original.n == m->size && m->size <= BOUNCE_ORIGINAL_MAX &&
	       take_header_section(b->original, &section);
}

static bool has_long_line(slice text)
{
	while (text.n) {
		size_t n = slice_find(text, S("\r\n"));

		if (n > LINE_MAX_OCTETS) return true;
		text = slice_skip(text, n + 2);
	}
	return false;
}

static enum encoding encoding_of(const struct bounce *b, slice content)
{
	if (has_long_line(content)) return ENCODING_QUOTED_PRINTABLE;
	if (is_ascii(content)) return ENCODING_7BIT;
	return bounce_is_utf8(b) ? ENCODING_8BIT : ENCODING_QUOTED_PRINTABLE;
}

static struct part original_part(const struct bounce *b)
{
	bool all = returns_all(b),
	     utf8 = b->report->message.envelope.flags & MESSAGE_UTF8;
	struct part p = { .content = all ? b->original : header_section(b->original) };

	if (utf8)
		p.type = all ? S("message/global") : S("message/global-headers");
	else
		p.type = all ? S("message/rfc822") : S("text/rfc822-headers");
	if (all && !utf8) /* may not be encoded (RFC 2046 5.2.1) */
		p.encoding = is_ascii(p.content) ? ENCODING_7BIT : ENCODING_8BIT;
	else
		p.encoding = encoding_of(b, p.content);
	return p;
}

/* --- the parts --- */

static struct part text_part(const struct bounce *b, const struct buf *text)
{
	return (struct part){ S("text/plain; charset=utf-8"), buf_slice(text),
			      encoding_of(b, buf_slice(text)) };
}

static struct part status_part(const struct bounce *b, const struct buf *status)
{
	return bounce_is_utf8(b) ? (struct part){ S("message/global-delivery-status"),
						  buf_slice(status), ENCODING_8BIT }
				 : (struct part){ S("message/delivery-status"),
						  buf_slice(status), ENCODING_7BIT };
}

static void add_part(const struct part *p, slice boundary, struct buf *out)
{
	buf_add(out, S("\r\n--"));
	buf_add(out, boundary);
	buf_add(out, S("\r\nContent-Type: "));
	buf_add(out, p->type);
	buf_add(out, S("\r\nContent-Transfer-Encoding: "));
	buf_add(out, encoding_names[p->encoding]);
	buf_add(out, S("\r\n\r\n"));
	if (p->encoding == ENCODING_QUOTED_PRINTABLE)
		quoted_printable_encode(out, p->content);
	else
		buf_add(out, p->content);
}

/* --- the message --- */

static bool occurs(slice text, const struct part *parts, int count)
{
	for (int i = 0; i < count; i++)
		if (slice_find(parts[i].content, text) < parts[i].content.n) return true;
	return false;
}

/* Quoted-printable holds no "=_"; what is not encoded is searched. */
static void make_boundary(const struct bounce *b, const struct part *parts, int count,
			  struct buf *out)
{
	int tries = 0;

	do {
		buf_reset(out);
		buf_addf(out, "=_%.*s_%d", FMT(b->id), tries++);
	} while (occurs(buf_slice(out), parts, count));
}

static void add_header(const struct bounce *b, slice boundary, enum encoding encoding,
		       struct buf *out)
{
	buf_add(out, S("From: Mail delivery <MAILER-DAEMON@"));
	buf_add(out, b->host_name);
	buf_add(out, S(">\r\nTo: <"));
	bounce_add_folded(b->report->message.envelope.reverse_path, 5, S(" "), true, out);
	buf_add(out, S(">\r\nSubject: "));
	buf_add(out, bounce_subject(b->report->kind));
	buf_add(out, S("\r\nDate: "));
	date_add_rfc5322(out, (struct date){ .instant = b->now });
	buf_addf(out, "\r\nMessage-ID: <%.*s@%.*s>", FMT(b->id), FMT(b->host_name));
	buf_add(out, S("\r\nAuto-Submitted: auto-replied" /* RFC 3834 5.1 */
		       "\r\nMIME-Version: 1.0"
		       "\r\nContent-Type: multipart/report;"
		       " report-type=delivery-status;\r\n\tboundary=\""));
	buf_add(out, boundary);
	buf_add(out, S("\"\r\nContent-Transfer-Encoding: "));
	buf_add(out, encoding_names[encoding]);
	buf_add(out, S("\r\n\r\nThis is a delivery status notification (RFC 3464).\r\n"));
}

static enum encoding whole_encoding(const struct part *parts, int count)
{
	for (int i = 0; i < count; i++)
		if (parts[i].encoding == ENCODING_8BIT) return ENCODING_8BIT;
	return ENCODING_7BIT;
}

static unsigned flags_of(const struct bounce *b, enum encoding encoding)
{
	unsigned flags = b->report->message.envelope.flags & MESSAGE_REQUIRE_TLS;

	if (encoding == ENCODING_8BIT) flags |= MESSAGE_8BIT;
	if (bounce_is_utf8(b)) flags |= MESSAGE_UTF8;
	return flags;
}

bool bounce_write(const struct bounce *b, struct buf *out, unsigned *ret_flags)
{
	enum { PARTS = 3 };
	struct buf text, status, boundary;
	bool good;

	assert(b->report->message.envelope.reverse_path.n > 0);
	buf_init(&text, PART_MAX);
	buf_init(&status, PART_MAX);
	buf_init(&boundary, b->id.n + 32);
	bounce_add_text(b, &text);
	bounce_add_status(b, &status);
	struct part parts[PARTS] = { text_part(b, &text), status_part(b, &status),
				     original_part(b) };
	enum encoding encoding = whole_encoding(parts, PARTS);

	make_boundary(b, parts, PARTS, &boundary);
	add_header(b, buf_slice(&boundary), encoding, out);
	for (int i = 0; i < PARTS; i++)
		add_part(&parts[i], buf_slice(&boundary), out);
	buf_addf(out, "\r\n--%.*s--\r\n", FMT(buf_slice(&boundary)));
	*ret_flags = flags_of(b, encoding);
	good = !text.overflow && !status.overflow && !out->overflow;
	buf_done(&text);
	buf_done(&status);
	buf_done(&boundary);
	return good;
}
