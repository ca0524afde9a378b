#include "base/date.h"
#include "base/enhanced.h"
#include "base/utf8.h"
#include "base/xtext.h"
#include "queue/bounce_private.h"
#include "queue/dsn_address.h"
#include "queue/sending.h"

enum { VALUE_MAX = 16 * QUEUE_REPLY_MAX }; /* octets of a field's value before folding */

static const struct {
	slice action, status, classes; /* the classes of status that fit */
} kinds[] = {
	/* clang-format off */
	[REPORT_DELAYED]   = { SLICE_INIT("delayed"),   SLICE_INIT("4.0.0"), SLICE_INIT("4") },
	[REPORT_FAILED]    = { SLICE_INIT("failed"),    SLICE_INIT("5.0.0"), SLICE_INIT("45") },
	[REPORT_RELAYED]   = { SLICE_INIT("relayed"),   SLICE_INIT("2.0.0"), SLICE_INIT("2") },
	[REPORT_DELIVERED] = { SLICE_INIT("delivered"), SLICE_INIT("2.0.0"), SLICE_INIT("2") },
	[REPORT_EXPANDED]  = { SLICE_INIT("expanded"),  SLICE_INIT("2.0.0"), SLICE_INIT("2") },
	/* clang-format on */
};

/* --- the status --- */

/* 1*3DIGIT without a leading zero. */
static bool take_status_number(slice *in)
{
	size_t n = 0;

	while (n < in->n && n < 3 && is_digit(in->p[n]))
		n++;
	if (n == 0 || (n > 1 && in->p[0] == '0')) return false;
	*in = slice_skip(*in, n);
	return true;
}

static bool is_status(slice s, slice classes)
{
	if (s.n == 0 || slice_find_char(classes, s.p[0]) == classes.n) return false;
	s = slice_skip(s, 1);
	return take_char(&s, '.') && take_status_number(&s) && take_char(&s, '.') &&
	       take_status_number(&s) && s.n == 0;
}

slice bounce_status(const struct bounce *b, const struct queue_recipient *r)
{
	enum report kind = b->report->kind;
	slice status = r->reply.status;

	if (status.n == 0 && r->reply.code) status = enhanced_usual(r->reply.code);
	if (is_status(status, kinds[kind].classes)) return status;
	if (kind != REPORT_FAILED) return kinds[kind].status;
	if (r->state == RECIPIENT_EXPIRED) return S("4.4.7"); /* RFC 3463 3.5 */
	return r->reply.code / 100 == 4 ? S("4.0.0") : kinds[kind].status;
}

/* --- fields --- */

static void add_field(const struct bounce *b, slice name, slice value, struct buf *out)
{
	buf_add(out, name);
	buf_add(out, S(": "));
	bounce_add_folded(value, name.n + 2, S(" "), bounce_is_utf8(b), out);
	buf_add(out, S("\r\n"));
}

/* "type;value" */
static void add_typed(const struct bounce *b, slice name, slice type, slice value,
		      struct buf *out)
{
	struct buf whole;

	buf_init(&whole, VALUE_MAX);
	buf_add(&whole, type);
	buf_add_char(&whole, ';');
	buf_add(&whole, value);
	add_field(b, name, buf_slice(&whole), out);
	buf_done(&whole);
}

static void add_date(slice name, int64_t instant, struct buf *out)
{
	buf_add(out, name);
	buf_add(out, S(": "));
	date_add_rfc5322(out, (struct date){ .instant = instant });
	buf_add(out, S("\r\n"));
}

/* In the case and spelling that it was given in (RFC 3464 2.2.1). */
static void add_envelope_id(const struct bounce *b, struct buf *out)
{
	slice id = b->report->message.envelope.envelope_id;
	struct buf decoded;

	if (id.n == 0) return;
	buf_init(&decoded, id.n);
	if (xtext_read(&decoded, id)) id = buf_slice(&decoded);
	add_field(b, S("Original-Envelope-Id"), id, out);
	buf_done(&decoded);
}

typedef void address_writer(slice address, bool utf8, struct buf *out);

static void add_address(const struct bounce *b, slice name, slice address,
			address_writer *write, struct buf *out)
{
	struct buf value;

	buf_init(&value, VALUE_MAX);
	write(address, bounce_is_utf8(b), &value);
	add_field(b, name, buf_slice(&value), out);
	buf_done(&value);
}

/* What a server said is its reply; else it is what we found ourselves. */
static void add_diagnostic(const struct bounce *b, const struct queue_recipient *r,
			   struct buf *out)
{
	const struct queue_reply *reply = &r->reply;
	struct buf text;

	if (reply->code == 0 && reply->text.n == 0) return;
	buf_init(&text, VALUE_MAX);
	bounce_add_code(reply, &text);
	buf_add(&text, reply->text);
	add_typed(b, S("Diagnostic-Code"), reply->code ? S("smtp") : S("x-postroom"),
		  buf_slice(&text), out);
	buf_done(&text);
}

static void add_recipient(const struct bounce *b, const struct queue_recipient *r,
			  struct buf *out)
{
	enum report kind = b->report->kind;

	buf_add(out, S("\r\n"));
	if (r->target.original.n)
		add_address(b, S("Original-Recipient"), r->target.original,
			    dsn_original_write, out);
	add_address(b, S("Final-Recipient"), r->target.address, dsn_address_write, out);
	add_field(b, S("Action"), kinds[kind].action, out);
	add_field(b, S("Status"), bounce_status(b, r), out);
	if (bounce_speaker(&r->reply).n)
		add_typed(b, S("Remote-MTA"), S("dns"), bounce_speaker(&r->reply), out);
	add_diagnostic(b, r, out);
	if (r->last_attempt) add_date(S("Last-Attempt-Date"), r->last_attempt, out);
	if (kind == REPORT_DELAYED && b->retry_until)
		add_date(S("Will-Retry-Until"), b->retry_until, out);
}

void bounce_add_status(const struct bounce *b, struct buf *out)
{
	const struct queue_report *r = b->report;

	add_envelope_id(b, out);
	add_typed(b, S("Reporting-MTA"), S("dns"), b->host_name, out);
	add_date(S("Arrival-Date"), r->message.envelope.received, out);
	if (r->message.envelope.by != DELIVER_ANY_TIME) /* RFC 2852 5 */
		add_date(S("Deliver-By-Date"), r->message.envelope.by_time, out);
	if (r->message.envelope.hold.n) /* RFC 4865 5.1.2 */
		add_field(b, S("Future-Release-Request"), r->message.envelope.hold, out);
	for (uint32_t i = 0; i < r->count; i++)
		add_recipient(b, &r->recipients[i], out);
}
