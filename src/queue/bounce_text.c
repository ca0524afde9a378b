#include "base/date.h"
#include "queue/bounce_private.h"
#include "queue/sending.h"

enum { WHO_MAX = 16 * QUEUE_REPLY_MAX }; /* octets */

static const struct {
	slice subject, opening, closing;
} kinds[] = {
	[REPORT_DELAYED] = { SLICE_INIT("Your message is delayed"),
			     SLICE_INIT("Your message has not been delivered yet to:"),
			     SLICE_INIT("It will be tried again. There is no need to send"
					" it once more.") },
	[REPORT_FAILED] = { SLICE_INIT("Your message could not be delivered"),
			    SLICE_INIT("Your message could not be delivered to:"),
			    SLICE_INIT("It will not be tried again.") },
	[REPORT_RELAYED] = { SLICE_INIT("Your message was passed on"),
			     SLICE_INIT("Your message was passed on, to servers that do"
					" not tell when they deliver it, for:"),
			     SLICE_INIT("Nothing more will be reported.") },
	[REPORT_DELIVERED] = { SLICE_INIT("Your message was delivered"),
			       SLICE_INIT("Your message was delivered to:"),
			       SLICE_INIT("Nothing more will be reported.") },
	[REPORT_EXPANDED] = { SLICE_INIT("Your message was delivered"),
			      SLICE_INIT("Your message was delivered, and sent on to"
					 " several addresses, for:"),
			      SLICE_INIT("Failures may still be reported.") },
};

slice bounce_subject(enum report kind)
{
	return kinds[kind].subject;
}

static void add_line(slice text, struct buf *out)
{
	bounce_add_folded(text, 0, S(""), true, out);
	buf_add(out, S("\r\n"));
}

/* Behind what the line that began at `start` holds. */
static void add_indented(slice text, size_t start, struct buf *out)
{
	bounce_add_folded(text, out->n - start, S("    "), true, out);
}

/* "mx.test said: 550 5.1.1 ...", or "mx.test: 4.4.1 ..." of what we found ourselves. */
static void add_speaker(const struct queue_reply *r, size_t start, struct buf *out)
{
	struct buf who;

	buf_init(&who, WHO_MAX);
	if (bounce_speaker(r).n) {
		buf_add(&who, bounce_speaker(r));
		buf_add(&who, r->code ? S(" said: ") : S(": "));
	}
	bounce_add_code(r, &who);
	add_indented(buf_slice(&who), start, out);
	if (who.n) buf_add_char(out, ' ');
	buf_done(&who);
}

/* Line by line, the first behind who said it. */
static void add_reply(const struct queue_reply *r, struct buf *out)
{
	slice text = r->text, line;
	size_t start = out->n, spoken;
	bool more;

	buf_add(out, S("    "));
	add_speaker(r, start, out);
	spoken = out->n;
	do {
		more = take_until(&text, '\n', &line);
		line = slice_trim(more ? line : text);
		if (line.n == 0) continue;
		if (out->n > spoken) {
			start = out->n + 2;
			buf_add(out, S("\r\n    "));
		}
		add_indented(line, start, out);
	} while (more);
	buf_add(out, S("\r\n"));
}

static void add_recipient(const struct queue_recipient *r, struct buf *out)
{
	buf_add(out, S("\r\n  <"));
	bounce_add_folded(r->target.address, 3, S("  "), true, out);
	buf_add(out, S(">\r\n"));
	if (r->reply.text.n || r->reply.code) add_reply(&r->reply, out);
}

static void add_dated(slice before, int64_t instant, slice after, struct buf *out)
{
	struct buf line;

	buf_init(&line, 300);
	buf_add(&line, before);
	date_add_rfc5322(&line, (struct date){ .instant = instant });
	buf_add(&line, after);
	add_line(buf_slice(&line), out);
	buf_done(&line);
}

void bounce_add_text(const struct bounce *b, struct buf *out)
{
	const struct queue_report *r = b->report;

	add_line(kinds[r->kind].opening, out);
	for (uint32_t i = 0; i < r->count; i++)
		add_recipient(&r->recipients[i], out);
	buf_add(out, S("\r\n"));
	if (r->kind == REPORT_DELAYED && b->retry_until)
		add_dated(S("It will be tried until "), b->retry_until,
			  S(". There is no need to send it once more."), out);
	else
		add_line(kinds[r->kind].closing, out);
	add_dated(S("It came in on "), r->message.envelope.received, S("."), out);
	buf_add(out, S("\r\n-- \r\nThe mail server "));
	add_line(b->host_name, out);
}
