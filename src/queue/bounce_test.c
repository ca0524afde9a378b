#include "queue/bounce.h"

#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "queue/bounce_check.h"

enum { ARRIVED = 1'136'473'200, HOUR = 3600, DAY = 86400 }; /* 5 Jan 2006 15:00 UTC */

/* RFC 3461 10, as far as it goes. */
static struct queue_recipient carol(void)
{
	return (struct queue_recipient){
		.target = { .address = S("Carol@Ivory.EDU"),
			    .original = S("rfc822;Carol@Ivory.EDU"),
			    .notify = NOTIFY_FAILURE },
		.state = RECIPIENT_FAILED,
		.attempts = 1,
		.last_attempt = ARRIVED + 60,
		.reply = { 550, S("5.1.1"), S("error - no such recipient"),
			   S("Ivory.EDU") },
	};
}

struct sample {
	struct queue_recipient recipient;
	struct queue_report report;
	struct bounce bounce;
	struct buf out;
	unsigned flags;
};

static const slice original = SLICE_INIT("From: Alice@Pure-Heart.ORG\r\n"
					 "Subject: hello\r\n"
					 "\r\n"
					 "This is the message.\r\n");

static void sample_init(struct sample *s)
{
	*s = (struct sample){ .recipient = carol() };
	s->report = (struct queue_report){
		.kind = REPORT_FAILED,
		.message = { .id = 7,
			     .size = original.n,
			     .envelope = { .reverse_path = S("Alice@Pure-Heart.ORG"),
					   .envelope_id = S("QQ314159+20x"),
					   .received = ARRIVED } },
		.recipients = &s->recipient,
		.count = 1
	};
	s->bounce = (struct bounce){ .report = &s->report,
				     .host_name = S("mail.pure-heart.org"),
				     .id = S("0123abcd"),
				     .now = ARRIVED + 60,
				     .original = original };
	buf_init(&s->out, BOUNCE_MAX);
}

static slice write(struct sample *s)
{
	buf_reset(&s->out);
	CHECK(bounce_write(&s->bounce, &s->out, &s->flags));
	bounce_check(&s->bounce, buf_slice(&s->out), s->flags);
	return buf_slice(&s->out);
}

static void check_has(struct sample *s, const char *text, bool has)
{
	slice out = write(s), wanted = slice_of(text);

	if ((slice_find(out, wanted) < out.n) == has) return;
	print_error("%s: %s\nin\n%.*s\n", has ? "missing" : "should not be there", text,
		    FMT(out));
	CHECK(false);
}

/* A diagnostic code is what the server said, not what we make of it (RFC 3464 2.3.6). */
TEST(bounce_of_a_reply_without_an_enhanced_code)
{
	struct sample s;

	sample_init(&s);
	s.recipient.reply =
		(struct queue_reply){ 553, S(""), S("no mailbox here"), S("mx.test") };
	check_has(&s, "\r\nStatus: 5.1.3\r\n", true);
	check_has(&s, "\r\nDiagnostic-Code: smtp;553 no mailbox here\r\n", true);
	check_has(&s, "mx.test said: 553 no mailbox here\r\n", true);
	buf_done(&s.out);
}

TEST(bounce_of_a_failure)
{
	struct sample s;

	sample_init(&s);
	CHECK_SLICE(write(&s),
		    S("From: Mail delivery <MAILER-DAEMON@mail.pure-heart.org>\r\n"
		      "To: <Alice@Pure-Heart.ORG>\r\n"
		      "Subject: Your message could not be delivered\r\n"
		      "Date: Thu, 5 Jan 2006 15:01:00 +0000\r\n"
		      "Message-ID: <0123abcd@mail.pure-heart.org>\r\n"
		      "Auto-Submitted: auto-replied\r\n"
		      "MIME-Version: 1.0\r\n"
		      "Content-Type: multipart/report; report-type=delivery-status;\r\n"
		      "\tboundary=\"=_0123abcd_0\"\r\n"
		      "Content-Transfer-Encoding: 7bit\r\n"
		      "\r\n"
		      "This is a delivery status notification (RFC 3464).\r\n"
		      "\r\n"
		      "--=_0123abcd_0\r\n"
		      "Content-Type: text/plain; charset=utf-8\r\n"
		      "Content-Transfer-Encoding: 7bit\r\n"
		      "\r\n"
		      "Your message could not be delivered to:\r\n"
		      "\r\n"
		      "  <Carol@Ivory.EDU>\r\n"
		      "    Ivory.EDU said: 550 5.1.1 error - no such recipient\r\n"
		      "\r\n"
		      "It will not be tried again.\r\n"
		      "It came in on Thu, 5 Jan 2006 15:00:00 +0000.\r\n"
		      "\r\n"
		      "-- \r\n"
		      "The mail server mail.pure-heart.org\r\n"
		      "\r\n"
		      "--=_0123abcd_0\r\n"
		      "Content-Type: message/delivery-status\r\n"
		      "Content-Transfer-Encoding: 7bit\r\n"
		      "\r\n"
		      "Original-Envelope-Id: QQ314159 x\r\n"
		      "Reporting-MTA: dns;mail.pure-heart.org\r\n"
		      "Arrival-Date: Thu, 5 Jan 2006 15:00:00 +0000\r\n"
		      "\r\n"
		      "Original-Recipient: rfc822;Carol@Ivory.EDU\r\n"
		      "Final-Recipient: rfc822;Carol@Ivory.EDU\r\n"
		      "Action: failed\r\n"
		      "Status: 5.1.1\r\n"
		      "Remote-MTA: dns;Ivory.EDU\r\n"
		      "Diagnostic-Code: smtp;550 5.1.1 error - no such recipient\r\n"
		      "Last-Attempt-Date: Thu, 5 Jan 2006 15:01:00 +0000\r\n"
		      "\r\n"
		      "--=_0123abcd_0\r\n"
		      "Content-Type: text/rfc822-headers\r\n"
		      "Content-Transfer-Encoding: 7bit\r\n"
		      "\r\n"
		      "From: Alice@Pure-Heart.ORG\r\n"
		      "Subject: hello\r\n"
		      "\r\n"
		      "--=_0123abcd_0--\r\n"));
	CHECK_INT(s.flags, 0);
	buf_done(&s.out);
}

TEST(bounce_of_the_other_kinds)
{
	struct sample s;

	sample_init(&s);
	s.report.message.envelope.return_wish = RETURN_FULL; /* is for failures only */
	s.recipient.reply = (struct queue_reply){ .text = S("Connection timed out") };
	s.recipient.state = RECIPIENT_QUEUED;
	s.report.kind = REPORT_DELAYED;
	check_has(&s, "Will-Retry-Until", false);
	s.bounce.retry_until = ARRIVED + 5 * DAY;
	check_has(&s, "Subject: Your message is delayed\r\n", true);
	check_has(&s, "It will be tried until Tue, 10 Jan 2006 15:00:00 +0000.", true);
	check_has(&s, "\r\nAction: delayed\r\nStatus: 4.0.0\r\n", true);
	check_has(&s, "\r\nDiagnostic-Code: x-postroom;Connection timed out\r\n", true);
	check_has(&s, "\r\nWill-Retry-Until: Tue, 10 Jan 2006 15:00:00 +0000\r\n", true);
	check_has(&s, "Remote-MTA", false);
	check_has(&s, "This is the message.", false);
	s.recipient.reply = (struct queue_reply){ 250, S("2.1.5"), S("ok"), S("mx") };
	s.recipient.state = RECIPIENT_DELIVERED;
	s.report.kind = REPORT_RELAYED;
	check_has(&s, "\r\nAction: relayed\r\nStatus: 2.1.5\r\nRemote-MTA: dns;mx\r\n",
		  true);
	check_has(&s, "Will-Retry-Until", false);
	s.report.kind = REPORT_DELIVERED;
	check_has(&s, "\r\nAction: delivered\r\n", true);
	s.report.kind = REPORT_EXPANDED;
	check_has(&s, "\r\nAction: expanded\r\n", true);
	buf_done(&s.out);
}

/* RFC 3464 2.3.4: what the reply says if it can be that, else the kind of it. */
TEST(bounce_status)
{
	static const struct {
		enum recipient_state state;
		int code;
		slice status, want;
	} t[] = {
		{ RECIPIENT_FAILED, 550, SLICE_INIT("5.7.1"), SLICE_INIT("5.7.1") },
		{ RECIPIENT_FAILED, 550, SLICE_INIT("5.7.509"), SLICE_INIT("5.7.509") },
		{ RECIPIENT_FAILED, 554, SLICE_INIT(""), SLICE_INIT("5.0.0") },
		{ RECIPIENT_FAILED, 0, SLICE_INIT(""), SLICE_INIT("5.0.0") },
		{ RECIPIENT_FAILED, 450, SLICE_INIT(""), SLICE_INIT("4.2.0") },
		{ RECIPIENT_FAILED, 550, SLICE_INIT("2.0.0"), SLICE_INIT("5.0.0") },
		{ RECIPIENT_FAILED, 550, SLICE_INIT("5.01.1"), SLICE_INIT("5.0.0") },
		{ RECIPIENT_FAILED, 550, SLICE_INIT("5.1"), SLICE_INIT("5.0.0") },
		{ RECIPIENT_FAILED, 550, SLICE_INIT("5.1.1234"), SLICE_INIT("5.0.0") },
		{ RECIPIENT_FAILED, 550, SLICE_INIT("5.1.1 "), SLICE_INIT("5.0.0") },
		{ RECIPIENT_EXPIRED, 421, SLICE_INIT("4.3.2"), SLICE_INIT("4.3.2") },
		{ RECIPIENT_EXPIRED, 0, SLICE_INIT(""), SLICE_INIT("4.4.7") },
	};
	struct sample s;

	sample_init(&s);
	for (size_t i = 0; i < countof(t); i++) {
		char line[40];

		s.recipient.state = t[i].state;
		s.recipient.reply.code = t[i].code;
		s.recipient.reply.status = t[i].status;
		snprintf(line, sizeof(line), "\r\nStatus: %.*s\r\n", FMT(t[i].want));
		check_has(&s, line, true);
	}
	buf_done(&s.out);
}

/* RFC 3461 6.2, RFC 8689 5 */
TEST(bounce_returns_what_it_may)
{
	struct queue_envelope *v;
	struct sample s;

	sample_init(&s);
	v = &s.report.message.envelope;
	v->return_wish = RETURN_FULL;
	check_has(&s, "Content-Type: message/rfc822\r\n", true);
	check_has(&s, "This is the message.", true);
	v->flags = MESSAGE_REQUIRE_TLS;
	check_has(&s, "This is the message.", false);
	CHECK_INT(s.flags, MESSAGE_REQUIRE_TLS);
	v->flags = 0;
	s.report.message.size++; /* not all of it is at hand */
	check_has(&s, "This is the message.", false);
	check_has(&s, "Subject: hello\r\n", true);
	s.bounce.original = S("Subject: hello\r\nX: cut off");
	check_has(&s, "Subject: hello\r\n\r\n--", true);
	check_has(&s, "cut off", false);
	s.bounce.original = S("\r\nno header\r\n");
	check_has(&s, "no header", false);
	buf_done(&s.out);
}

TEST(bounce_of_eight_bits)
{
	const slice latin = S("Subject: caf\xe9\r\n\r\ncaf\xe9\r\n");
	struct sample s;

	sample_init(&s);
	s.bounce.original = latin;
	s.report.message.size = latin.n;
	check_has(&s, "Subject: caf=E9\r\n", true);
	CHECK_INT(s.flags, 0);
	s.report.message.envelope.return_wish = RETURN_FULL;
	check_has(&s, "Content-Transfer-Encoding: 8bit\r\n\r\nSubject: caf\xe9\r\n",
		  true);
	CHECK_INT(s.flags, MESSAGE_8BIT);
	buf_done(&s.out);
}

/* RFC 6533: to an ASCII sender in 7 bits, to another in UTF-8. */
TEST(bounce_of_utf8)
{
	const slice global = S("Subject: caf\xc3\xa9\r\n\r\n\xc3\xa9\r\n");
	struct sample s;

	sample_init(&s);
	s.report.message.envelope.flags = MESSAGE_UTF8;
	s.report.message.size = global.n;
	s.bounce.original = global;
	s.recipient.target.address = S("caf\xc3\xa9@x.test");
	s.recipient.target.original = S("utf-8;caf\\x{E9}@x.test");
	s.recipient.reply.text = S("no caf\xc3\xa9 here");
	check_has(&s, "Final-Recipient: utf-8;caf\\x{E9}@x.test\r\n", true);
	check_has(&s, "Content-Type: message/delivery-status\r\n", true);
	check_has(&s, "smtp;550 5.1.1 no caf? here\r\n", true);
	check_has(&s, "  <caf=C3=A9@x.test>\r\n", true);
	check_has(&s,
		  "Content-Type: message/global-headers\r\n"
		  "Content-Transfer-Encoding: quoted-printable\r\n\r\nSubject: caf=C3=A9",
		  true);
	s.report.message.envelope.return_wish = RETURN_FULL;
	check_has(&s, "Content-Type: message/global\r\n", true);
	CHECK_INT(s.flags, 0);

	s.report.message.envelope.reverse_path = S("\xc3\xa9@pure-heart.org");
	check_has(&s, "To: <\xc3\xa9@pure-heart.org>\r\n", true);
	check_has(&s, "Content-Type: message/global-delivery-status\r\n", true);
	check_has(&s, "Original-Recipient: utf-8;caf\xc3\xa9@x.test\r\n", true);
	check_has(&s, "Final-Recipient: utf-8;caf\xc3\xa9@x.test\r\n", true);
	check_has(&s, "smtp;550 5.1.1 no caf\xc3\xa9 here\r\n", true);
	check_has(&s, "Content-Transfer-Encoding: 8bit\r\n\r\nSubject: caf\xc3\xa9\r\n",
		  true);
	CHECK_INT(s.flags, MESSAGE_8BIT | MESSAGE_UTF8);
	buf_done(&s.out);
}

TEST(bounce_folds_and_cannot_be_forged)
{
	struct sample s;
	char word[5000];

	memset(word, 'w', sizeof(word));
	sample_init(&s);
	s.recipient.reply.text = S("first line of a long, long reply that is longer than "
				   "a line\nAction: relayed\r\n\r\n--=_0123abcd_0--\r\n");
	check_has(&s, "\r\nAction: relayed", false);
	check_has(
		&s,
		"Diagnostic-Code: smtp;550 5.1.1 first line of a long, long reply that is"
		"\r\n longer than a line Action: relayed",
		true);
	check_has(&s, "\r\n    Action: relayed\r\n", true);
	s.report.message.envelope.envelope_id = S("a+0D+0AX-Forged:+20y");
	check_has(&s, "\r\nOriginal-Envelope-Id: a X-Forged: y\r\n", true);
	s.recipient.reply.text = (slice){ word, sizeof(word) };
	s.recipient.reply.remote = S("mx\r\nX-Forged: y");
	s.recipient.target.address = S("a\r\nX-Forged: y@x");
	check_has(&s, "\r\nX-Forged", false);
	s.bounce.original =
		S("Subject: x\r\n--=_0123abcd_0--\r\nX: =_0123abcd_1\r\n\r\n");
	check_has(&s, "boundary=\"=_0123abcd_2\"", true);
	buf_done(&s.out);
}

TEST(bounce_of_many_at_their_worst_fits)
{
	static struct queue_recipient many[REPORT_RECIPIENTS_MAX];
	char noise[3000], address[320], original_recipient[500];
	struct sample s;

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = "\xef\xbf\xbd"[i % 3];
	for (size_t i = 0; i < sizeof(address); i++)
		address[i] = "\xc3\xa9"[i % 2];
	memcpy(original_recipient, noise, sizeof(original_recipient));
	memcpy(original_recipient, "utf-8;", 6);
	sample_init(&s);
	for (size_t i = 0; i < countof(many); i++) {
		many[i] = carol();
		many[i].target.address = (slice){ address, sizeof(address) };
		many[i].target.original =
			(slice){ original_recipient, sizeof(original_recipient) };
		many[i].reply.text = (slice){ noise, sizeof(noise) };
		many[i].reply.status = (slice){ noise, sizeof(noise) };
		many[i].reply.remote = (slice){ noise, sizeof(noise) };
	}
	s.report.recipients = many;
	s.report.count = REPORT_RECIPIENTS_MAX;
	write(&s);
	s.report.message.envelope.reverse_path = S("\xc3\xa9@x");
	write(&s);
	buf_done(&s.out);
}

/* --- beside the reports of RFC 3464's own appendix E --- */

static void add_shape(const struct mime *m, struct buf *out)
{
	for (uint32_t i = 0; i < m->part_count; i++) {
		const struct mime_part *p = &m->parts[i];

		if (p->parent == 0)
			buf_addf(out, "%.*s/%.*s ", FMT(p->type), FMT(p->subtype));
	}
}

static slice shape_of(struct arena *arena, slice message)
{
	struct buf out;
	slice kept;

	buf_init(&out, 1000);
	add_shape(mime_parse(arena, message), &out);
	CHECK(arena_copy(arena, buf_slice(&out), &kept));
	buf_done(&out);
	return kept;
}

TEST(bounce_has_the_shape_of_those_in_rfc_3464)
{
	char *path = test_data_path("dsn/enmime/simple_dsn.raw");
	struct arena arena;
	struct sample s;
	slice theirs;

	if (!path) {
		TEST_SKIP();
		return;
	}
	theirs = test_read_file(path);
	arena_init(&arena, 2 * (size_t)MIME_ARENA_MAX);
	sample_init(&s);
	s.report.message.envelope.return_wish = RETURN_FULL;
	CHECK_SLICE(shape_of(&arena, write(&s)), shape_of(&arena, theirs));
	buf_done(&s.out);
	arena_done(&arena);
	free((void *)(uintptr_t)theirs.p);
	free(path);
}
