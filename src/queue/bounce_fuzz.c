/* Whatever a peer says and a sender writes: one well-formed report, nothing forged. */
#include "queue/bounce_check.h"

/* The input up to the next NUL. */
static slice take_part(slice *in)
{
	slice part;

	if (!take_until(in, '\0', &part)) {
		part = *in;
		in->n = 0;
	}
	return part;
}

static struct queue_recipient take_recipient(slice *in, unsigned choice)
{
	return (struct queue_recipient){
		.target = { .address = take_part(in), .original = take_part(in) },
		.state = choice & 1 ? RECIPIENT_EXPIRED : RECIPIENT_FAILED,
		.last_attempt = choice & 2 ? 1000 : 0,
		.reply = { choice & 4 ? 550 : 0, take_part(in), take_part(in),
			   take_part(in) },
	};
}

/* As the SMTP server lets content in: CRLF ends lines, and there is no NUL. */
static void clean_content(slice in, struct buf *out)
{
	for (size_t i = 0; i < in.n; i++)
		if (in.p[i] == '\n')
			buf_add(out, S("\r\n"));
		else if (in.p[i] != '\r' && in.p[i] != '\0')
			buf_add_char(out, in.p[i]);
}

static void check(struct bounce *b)
{
	struct buf out;
	unsigned flags;

	buf_init(&out, BOUNCE_MAX);
	REQUIRE(bounce_write(b, &out, &flags));
	bounce_check(b, buf_slice(&out), flags);
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice in = { (const char *)data, n };
	unsigned kind = n > 0 ? data[0] % 5 + 1 : 1, choice = n > 1 ? data[1] : 0;
	struct queue_recipient recipients[2];
	struct queue_report report = { .kind = (enum report)kind,
				       .recipients = recipients,
				       .count = 2 };
	struct queue_envelope *v = &report.message.envelope;
	struct bounce b = { .report = &report, .host_name = S("mx.test"), .id = S("id") };
	struct buf content;

	in = slice_skip(in, 2);
	buf_init(&content, 2 * n);
	v->reverse_path = take_part(&in);
	if (v->reverse_path.n == 0) v->reverse_path = S("a@x");
	v->envelope_id = take_part(&in);
	v->return_wish = (enum return_wish)(choice >> 4 & 3);
	v->flags = choice >> 6;
	recipients[0] = take_recipient(&in, choice);
	recipients[1] = take_recipient(&in, choice >> 1);
	b.retry_until = choice & 8 ? 2000 : 0;
	clean_content(in, &content);
	b.original = buf_slice(&content);
	report.message.size = content.n;
	check(&b);
	buf_done(&content);
	return 0;
}
