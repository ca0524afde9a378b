#include "message/summary.h"

#include <string.h>

#include "base/buf.h"
#include "base/test.h"
#include "message/body_lists.h"

static bool read_slice(void *source, uint64_t offset, char *into, size_t n)
{
	const slice *message = source;

	CHECK(offset + n <= message->n);
	memcpy(into, message->p + offset, n);
	return true;
}

static struct summary summarize(const char *text, struct arena *arena)
{
	slice message = slice_of(text);
	struct summary s;

	arena_init(arena, MIME_ARENA_MAX + SUMMARY_ARENA_MAX);
	CHECK(summary_make(mime_parse(arena, message), read_slice, &message, arena, &s));
	return s;
}

TEST(summary_of_headers)
{
	struct arena arena;
	struct summary s = summarize(
		"Date: Tue, 1 Jul 2003 10:52:37 +0200 (CEST)\r\n"
		"Subject: =?utf-8?q?caf=C3=A9?= =?utf-8?q?_au?=\r\n lait\r\n"
		"From: =?iso-8859-1?q?Ren=E9?= <rene@a.test>\r\n"
		"To: Group: jo@b.test, \"A, B\" <ab@c.test>;\r\nTo: root\r\n"
		"Message-ID: (x) <1@a.test>\r\nReferences: <3@a.test> <2@a.test>\r\n"
		"In-Reply-To: <2@a.test> <4@a.test>\r\n\r\nbody\r\n",
		&arena);

	CHECK_INT(s.sent, 1057049557);
	CHECK_INT(s.sent_zone, 120);
	CHECK_SLICE(s.subject, S("caf\xc3\xa9 au lait"));
	CHECK_SLICE(s.from, S("Ren\xc3\xa9 <rene@a.test>"));
	CHECK_SLICE(s.to, S("Group: jo@b.test, \"A, B\" <ab@c.test>;, root"));
	CHECK_SLICE(s.cc, S(""));
	CHECK_SLICE(s.message_id, S("1@a.test"));
	CHECK_SLICE(s.references, S("3@a.test 2@a.test\t4@a.test"));
	CHECK_SLICE(s.preview, S("body"));
	CHECK(!s.has_attachment);
	arena_done(&arena);
}

TEST(summary_references)
{
	static const struct {
		const char *message, *references;
	} t[] = {
		{ "In-Reply-To: <1@a> <2@a>\r\n\r\n", "\t1@a 2@a" },
		{ "References: <1@a>\r\n\r\n", "1@a" },
		{ "References: <1@a>\r\nIn-Reply-To: <1@a>\r\n\r\n", "1@a" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct arena arena;

		CHECK_SLICE(summarize(t[i].message, &arena).references,
			    slice_of(t[i].references));
		arena_done(&arena);
	}
}

TEST(take_reference)
{
	slice in = S("1@a 2@a\t3@a 4@a"), id;
	bool is_reply_to;

	CHECK(take_reference(&in, &id, &is_reply_to) && !is_reply_to);
	CHECK(take_reference(&in, &id, &is_reply_to) && !is_reply_to);
	CHECK_SLICE(id, S("2@a"));
	CHECK(take_reference(&in, &id, &is_reply_to) && is_reply_to);
	CHECK_SLICE(id, S("3@a"));
	CHECK(take_reference(&in, &id, &is_reply_to));
	CHECK_SLICE(id, S("4@a"));
	CHECK(!take_reference(&in, &id, &is_reply_to));
}

TEST(summary_of_nothing)
{
	struct arena arena;
	struct summary s = summarize("", &arena);

	CHECK(s.sent == SENT_UNKNOWN);
	CHECK_SLICE(s.envelope, S("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"));
	CHECK_INT(s.subject.n + s.from.n + s.message_id.n + s.references.n + s.preview.n,
		  0);
	CHECK(s.parts.n > 0);
	arena_done(&arena);
}

#define MULTIPART(type, b) "Content-Type: multipart/" type "; boundary=" b "\r\n\r\n"

TEST(summary_preview)
{
	static const struct {
		const char *message, *preview;
	} t[] = {
		{ "\r\n  one\r\n\r\n\ttwo \xc2\xa0 three\xe2\x80\x8b\r\n",
		  "one two three" },
		{ "Content-Type: text/html\r\n\r\n<p>a</p>&lt;b&gt; AT&T", "a <b> AT&T" },
		{ "Content-Transfer-Encoding: base64\r\nContent-Type: text/plain; "
		  "charset=utf-8\r\n"
		  "\r\n4oKs\r\n",
		  "\xe2\x82\xac" },
		/* plain text before HTML, whatever their order */
		{ MULTIPART("alternative",
			    "b") "--b\r\nContent-Type: text/html\r\n\r\nhtml\r\n"
				 "--b\r\n\r\nplain\r\n--b--",
		  "plain" },
		{ MULTIPART("alternative",
			    "b") "--b\r\nContent-Type: text/html\r\n\r\nhtml\r\n--b--",
		  "html" },
		{ MULTIPART("mixed",
			    "b") "--b\r\nContent-Disposition: attachment\r\n\r\nfile\r\n"
				 "--b\r\n\r\ntext\r\n--b--",
		  "text" },
		{ "Content-Type: image/png\r\n\r\nx", "" },
		{ "Content-Type: message/rfc822\r\n\r\n\r\ninner", "" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct arena arena;

		CHECK_SLICE(summarize(t[i].message, &arena).preview,
			    slice_of(t[i].preview));
		arena_done(&arena);
	}
}

TEST(summary_preview_ends_at_its_maximum)
{
	char message[2000] = "\r\n";
	struct arena arena;

	for (size_t i = 2; i + 2 < sizeof(message); i += 2)
		memcpy(message + i, "\xc3\xa9", 2);
	message[sizeof(message) - 1] = 0;
	CHECK_INT(summarize(message, &arena).preview.n, 2 * PREVIEW_MAX);
	arena_done(&arena);
}

TEST(summary_attachment)
{
	static const struct {
		const char *message;
		bool has_attachment;
	} t[] = {
		{ "Content-Disposition: attachment\r\n\r\nx", true },
		{ "Content-Disposition: ATTACHMENT; filename=x\r\n\r\nx", true },
		{ "Content-Disposition: inline\r\nContent-Type: application/pdf\r\n\r\nx",
		  false },
		{ "Content-Type: application/pdf\r\n\r\nx", true },
		{ "Content-Type: image/png\r\n\r\nx", false },
		{ "Content-Type: message/rfc822\r\n\r\nA: b\r\n\r\nx", true },
		/* a picture within its HTML is one only unless marked as inline */
		{ MULTIPART("related",
			    "b") "--b\r\nContent-Type: text/html\r\n\r\nx\r\n"
				 "--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--",
		  true },
		{ MULTIPART("related",
			    "b") "--b\r\nContent-Type: text/html\r\n\r\nx\r\n"
				 "--b\r\nContent-Type: image/png\r\n"
				 "Content-Disposition: inline\r\n\r\nx\r\n--b--",
		  false },
		{ MULTIPART("mixed", "b") "--b\r\n\r\nx\r\n--b\r\n"
					  "Content-Disposition: inline; "
					  "filename=x\r\n\r\nx\r\n--b--",
		  false },
		{ MULTIPART("mixed",
			    "b") "--b\r\n\r\nx\r\n--b\r\nContent-Type: text/plain; name=x"
				 "\r\n\r\nx\r\n--b--",
		  true },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct arena arena;

		CHECK_INT(summarize(t[i].message, &arena).has_attachment,
			  t[i].has_attachment);
		arena_done(&arena);
	}
}

#define LEAF(b, type, disposition, letter)                                               \
	"--" b "\r\nContent-Type: " type "\r\nContent-Disposition: " disposition         \
	"\r\n\r\n" letter "\r\n"

/* RFC 8621 4.1.4, the example at its end; each part's body is its letter there. */
static const char decomposed[] = MULTIPART("mixed", "1")
	LEAF("1", "text/plain", "inline", "A") "--1\r\n" MULTIPART(
		"mixed", "2") "--2\r\n" MULTIPART("alternative",
						  "3") "--3\r\n" MULTIPART("mixed", "4")
		LEAF("4", "text/plain", "inline", "B") LEAF("4", "image/jpeg", "inline",
							    "C")
			LEAF("4", "text/plain", "inline", "D") "--3\r\n" MULTIPART(
				"related",
				"5") "--5\r\nContent-Type: text/html\r\n\r\nE\r\n"
				     "--5\r\nContent-Type: image/jpeg\r\n\r\nF\r\n" LEAF(
					     "2", "image/jpeg", "attachment",
					     "G") "--2\r\nContent-Type: "
						  "application/x-excel\r\n\r\nH\r\n"
						  "--2\r\nContent-Type: "
						  "message/rfc822\r\n\r\nJ: "
						  "x\r\n\r\n" LEAF("1", "text/plain",
								   "inline",
								   "K") "--1--\r\n";

static void check_letters(const struct mime *m, const struct body_list *list,
			  const char *want)
{
	char got[20] = "";

	CHECK(list->count < sizeof(got));
	for (uint32_t i = 0; i < list->count; i++)
		got[i] = decomposed[m->parts[list->parts[i]].body_start];
	CHECK_SLICE(slice_of(got), slice_of(want));
}

TEST(body_lists)
{
	struct body_lists lists;
	struct arena arena;

	arena_init(&arena, MIME_ARENA_MAX);

	const struct mime *m =
		mime_parse(&arena, (slice){ decomposed, sizeof(decomposed) - 1 });
	CHECK(body_lists_make(m, &arena, &lists));
	check_letters(m, &lists.text, "ABCDK");
	check_letters(m, &lists.html, "AEK");
	check_letters(m, &lists.attachments, "CFGHJ");
	arena_done(&arena);
}

/* What is too large for a row is left out, and the message taken. */
TEST(summary_stays_within_its_limits)
{
	struct arena arena;
	struct buf message;

	buf_init(&message, MIME_HEADER_MAX);
	buf_add(&message, S("From: "));
	while (message.n < message.max - 20)
		buf_add(&message, S("\"\\\"\\\"\"@b,"));
	buf_add_char(&message, '\0');

	struct summary s = summarize(buf_slice(&message).p, &arena);
	CHECK(s.envelope.n <= ENVELOPE_MAX && s.body_structure.n <= BODY_STRUCTURE_MAX);
	CHECK(s.from.n > 0 && s.from.n <= SUMMARY_TEXT_MAX);
	buf_done(&message);
	arena_done(&arena);
}
