#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "message/summary.h"
#include "message/text.h"
#include "store/fixture_test.h"
#include "store/search.h"

static slice fold(struct fixture *f, const char *text)
{
	struct buf b;
	slice kept;

	buf_init(&b, 1000000);
	text_fold(slice_of(text), &b);
	CHECK(arena_copy(&f->arena, buf_slice(&b), &kept));
	buf_done(&b);
	return kept;
}

static struct search_node text_key(struct fixture *f, enum search_key key,
				   const char *name, const char *text)
{
	return (struct search_node){ .key = key,
				     .name = slice_of(name),
				     .text = fold(f, text) };
}

/* The UIDs of the inbox that fulfil it, over as many slices as it takes. */
static slice search(struct fixture *f, struct search_node node)
{
	struct interval_set all = { 0 }, found = { 0 };
	uint32_t next = 1;
	slice text;

	interval_set_add_range(&all, 1, 1000000);
	while (next)
		CHECK_INT(search_run(f->account, f->inbox, &node, &all, &next, &found,
				     NULL),
			  ERR_NONE);
	text = fixture_set_text(f, &found);
	interval_set_done(&all);
	interval_set_done(&found);
	return text;
}

static slice search_text(struct fixture *f, enum search_key key, const char *text)
{
	return search(f, text_key(f, key, "", text));
}

static void append(struct fixture *f, const char *octets, uint64_t flags,
		   int64_t received, int32_t zone)
{
	struct incoming *m = fixture_message(f, slice_of(octets));
	const struct append what = {
		.message = m, .flags = flags, .received = received, .received_zone = zone
	};
	uint32_t uid;

	CHECK_INT(message_append(f->account, f->inbox, &what, &uid, NULL), ERR_NONE);
	incoming_free(m);
}

TEST(search_by_columns)
{
	enum { DAY = 86400, NIGHT = 10 * DAY + 23 * 3600 };
	struct fixture f;
	struct interval_set uids = fixture_set("2:3");
	struct message m;

	fixture_init(&f);
	fixture_begin(&f);
	append(&f, "Date: Sun, 11 Jan 1970 23:30:00 -0500\r\n\r\nx", FLAG_SEEN, NIGHT, 0);
	append(&f, "Date: Mon, 12 Jan 1970 00:30:00 +0900\r\n\r\n", 0, NIGHT, 120);
	append(&f, "Subject: no date\r\n\r\nlonger", FLAG_SEEN | FLAG_FLAGGED, NIGHT + 1,
	       -120);
	fixture_commit(&f);

#define NODE(...) search(&f, (struct search_node){ __VA_ARGS__ })
	CHECK_SLICE(NODE(.key = SEARCH_FLAGS, .flags = FLAG_SEEN), S("1,3"));
	CHECK_SLICE(NODE(.key = SEARCH_FLAGS, .flags = FLAG_SEEN | FLAG_FLAGGED), S("3"));
	CHECK_SLICE(NODE(.key = SEARCH_UIDS, .uids = &uids), S("2:3"));
	CHECK_SLICE(NODE(.key = SEARCH_RECEIVED_ON, .day = 10), S("1,3"));
	CHECK_SLICE(NODE(.key = SEARCH_RECEIVED_ON, .day = 11), S("2"));
	CHECK_SLICE(NODE(.key = SEARCH_RECEIVED_BEFORE, .day = 11), S("1,3"));
	CHECK_SLICE(NODE(.key = SEARCH_RECEIVED_SINCE, .day = 10), S("1:3"));
	CHECK_SLICE(NODE(.key = SEARCH_SENT_ON, .day = 10), S("1"));
	CHECK_SLICE(NODE(.key = SEARCH_SENT_BEFORE, .day = 11), S("1"));
	CHECK_SLICE(NODE(.key = SEARCH_SENT_BEFORE, .day = 12), S("1:2"));
	CHECK_SLICE(NODE(.key = SEARCH_SENT_SINCE, .day = 11), S("2"));
	CHECK_SLICE(NODE(.key = SEARCH_SAVED_SINCE, .day = clock_now() / DAY - 1),
		    S("1:3"));
	CHECK_SLICE(NODE(.key = SEARCH_SAVED_BEFORE, .day = clock_now() / DAY - 1),
		    S(""));
	CHECK_SLICE(NODE(.key = SEARCH_LARGER, .number = 41), S("1"));
	CHECK_SLICE(NODE(.key = SEARCH_SMALLER, .number = 42), S("2:3"));
	CHECK_SLICE(NODE(.key = SEARCH_YOUNGER, .number = NIGHT + 1), S("3"));
	CHECK_SLICE(NODE(.key = SEARCH_OLDER, .number = NIGHT), S("1:2"));
	CHECK_INT(message_get(f.account, f.inbox, 2, ~0U, &f.arena, &m), ERR_NONE);
	CHECK_SLICE(NODE(.key = SEARCH_EMAIL, .number = m.email), S("2"));
	CHECK_SLICE(NODE(.key = SEARCH_THREAD, .number = m.thread), S("2"));
	CHECK_SLICE(NODE(.key = SEARCH_MODSEQ, .number = (int64_t)m.modseq), S("2:3"));
#undef NODE
	interval_set_done(&uids);
	fixture_done(&f);
}

TEST(search_combines_keys)
{
	struct fixture f;
	struct search_node seen2, text2;

	fixture_init(&f);
	fixture_begin(&f);
	append(&f, "\r\nred apple", FLAG_SEEN, 0, 0);
	append(&f, "\r\ngreen apple", 0, 0, 0);
	append(&f, "\r\nred rose", 0, 0, 0);
	fixture_commit(&f);

	struct search_node seen = { .key = SEARCH_FLAGS, .flags = FLAG_SEEN };
	struct search_node red = text_key(&f, SEARCH_BODY, "", "RED");
	struct search_node apple = text_key(&f, SEARCH_BODY, "", "apple");
	struct search_node and = { .key = SEARCH_AND, .child = &red };
	struct search_node or = { .key = SEARCH_OR, .child = &seen };
	struct search_node not = { .key = SEARCH_NOT, .child = &apple };

	CHECK_SLICE(search(&f, (struct search_node){ .key = SEARCH_AND }), S("1:3"));
	CHECK_SLICE(search(&f, (struct search_node){ .key = SEARCH_OR }), S(""));
	CHECK_SLICE(search(&f, not ), S("3"));
	red.next = &apple;
	CHECK_SLICE(search(&f, and), S("1"));
	text2 = red;
	text2.next = NULL;
	seen.next = &text2;
	CHECK_SLICE(search(&f, or), S("1,3"));
	/* RED AND NOT (SEEN OR NOT APPLE) */
	apple.next = NULL;
	seen2 = (struct search_node){ .key = SEARCH_FLAGS,
				      .flags = FLAG_SEEN,
				      .next = &not };
	struct search_node inner = { .key = SEARCH_OR, .child = &seen2 };
	struct search_node outer = { .key = SEARCH_NOT, .child = &inner };
	CHECK_SLICE(search(&f, outer), S("2"));
	fixture_done(&f);
}

static const char headers[] = "From: =?utf-8?Q?J=C3=BCrgen?= Meier <jm@example.org>\r\n"
			      "To: undisclosed: ;\r\n"
			      "Cc: a@b.example,\r\n\tc@d.example\r\n"
			      "Subject: A fol\r\n ded =?iso-8859-1?q?gr=FC=DFe?=\r\n"
			      "X-Empty:\r\n"
			      "X-Two: first\r\n"
			      "x-two: second\r\n"
			      "\r\n"
			      "From: body\r\n";

TEST(search_header_fields)
{
	static const struct {
		enum search_key key;
		const char *name, *text;
		bool found;
	} t[] = {
		{ SEARCH_ADDRESS, "from", "JÜRGEN", true },
		{ SEARCH_ADDRESS, "From", "jm@EXAMPLE", true },
		{ SEARCH_ADDRESS, "From", "meier <jm", true },
		{ SEARCH_ADDRESS, "to", "jm", false },
		{ SEARCH_ADDRESS, "to", "undisclosed", true },
		{ SEARCH_ADDRESS, "cc", "c@d.example", true },
		{ SEARCH_ADDRESS, "bcc", "", true },
		{ SEARCH_SUBJECT, "", "folded", false },
		{ SEARCH_SUBJECT, "", "fol ded GRüßE", true },
		{ SEARCH_HEADER, "Subject", "fol ded grüße", true },
		{ SEARCH_HEADER, "x-empty", "", true },
		{ SEARCH_HEADER, "x-empty", "x", false },
		{ SEARCH_HEADER, "x-none", "", false },
		{ SEARCH_HEADER, "X-Two", "second", true },
		{ SEARCH_HEADER, "X-Two", "FIRST", true },
		{ SEARCH_HEADER, "X-Two", "firstsecond", false },
		{ SEARCH_HEADER, "From", "body", false },
		{ SEARCH_HEADER, "Received", "relay", true }, /* the prefix */
		{ SEARCH_TEXT, "", "x-two: second", true },
		{ SEARCH_TEXT, "", "a fol ded grüße", true },
		{ SEARCH_TEXT, "", "by relay", true },
		{ SEARCH_TEXT, "", "from: body", true },
		{ SEARCH_TEXT, "", "", true },
		{ SEARCH_BODY, "", "", true },
		{ SEARCH_BODY, "", "second", false },
		{ SEARCH_BODY, "", "From: body", true },
	};
	struct fixture f;
	struct append what = { .prefix = S("Received: by relay\r\n") };
	uint32_t uid;

	fixture_init(&f);
	what.message = fixture_message(&f, slice_of(headers));
	fixture_begin(&f);
	CHECK_INT(message_append(f.account, f.inbox, &what, &uid, NULL), ERR_NONE);
	fixture_commit(&f);
	incoming_free((struct incoming *)(uintptr_t)what.message);
	for (size_t i = 0; i < countof(t); i++) {
		slice found = search(&f, text_key(&f, t[i].key, t[i].name, t[i].text));

		if (slice_eq(found, S("1")) != t[i].found)
			fail_msg("%d %s: %s", t[i].key, t[i].name, t[i].text);
	}
	fixture_done(&f);
}

static const char parts[] =
	"MIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=b\r\n"
	"\r\n"
	"preamble\r\n"
	"--b\r\n"
	"Content-Type: text/plain; charset=utf-8\r\n"
	"Content-Transfer-Encoding: base64\r\n"
	"\r\n"
	"w6RwZmVsIHVu\r\nZCBiaXJuZW4=\r\n"
	"--b\r\n"
	"Content-Type: text/html; charset=iso-8859-1\r\n"
	"Content-Transfer-Encoding: quoted-printable\r\n"
	"X-Part: peculiar\r\n"
	"\r\n"
	"<b>gr=FCne</b> kir=\r\nschen &amp; S&uuml;<i>&szlig;es</i>\r\n"
	"--b\r\n"
	"Content-Type: text/plain; charset=iso-2022-jp\r\n"
	"\r\n"
	"\x1b$B$3$s$K$A$O\x1b(B\r\n"
	"--b\r\n"
	"Content-Type: text/plain; charset=utf-16\r\n"
	"Content-Transfer-Encoding: base64\r\n"
	"\r\n"
	"/v8AWgB3AGUAdABzAGMAaABnAGU=\r\n"
	"--b\r\n"
	"Content-Type: application/octet-stream\r\n"
	"\r\n"
	"binary walnut\r\n"
	"--b\r\n"
	"Content-Type: message/rfc822\r\n"
	"\r\n"
	"Subject: =?utf-8?q?inner_p=C3=A4ckchen?=\r\n"
	"Content-Type: text/plain\r\n"
	"\r\n"
	"inner text\r\n"
	"--b--\r\n";

TEST(search_in_parts)
{
	static const struct {
		const char *text;
		bool body, whole;
	} t[] = {
		{ "ÄPFEL und birnen", true, true },
		{ "w6Rw", false, false },
		{ "<b>GRÜNE</b> KIRSCHEN", true, true },
		{ "grüne kirschen & süßes", true, true },
		{ "x-part: peculiar", false, true },
		{ "こんにちは", true, true },
		{ "ZWETSCHGE", true, true },
		{ "walnut", false, false },
		{ "preamble", false, false },
		{ "subject: inner päckchen", true, true },
		{ "inner text", true, true },
		{ "multipart/mixed", false, true },
		{ "application/octet-stream", false, true },
	};
	struct fixture f;

	fixture_init(&f);
	fixture_begin(&f);
	append(&f, parts, 0, 0, 0);
	fixture_commit(&f);
	for (size_t i = 0; i < countof(t); i++) {
		slice body = search_text(&f, SEARCH_BODY, t[i].text);
		slice whole = search_text(&f, SEARCH_TEXT, t[i].text);

		if ((body.n > 0) != t[i].body || (whole.n > 0) != t[i].whole)
			fail_msg("%s", t[i].text);
	}
	fixture_done(&f);
}

TEST(search_in_a_body_that_is_a_file)
{
	enum { SIZE = 500000 };
	struct fixture f;
	char *octets = malloc(SIZE + 100);
	slice head = S("Subject: large\r\n\r\n"), needle = S("needle in the haystack");

	for (size_t i = 0; i < SIZE; i++)
		octets[i] = i % 70 ? 'h' : '\n';
	memcpy(octets, head.p, head.n);
	memcpy(octets + 16384 * 20 + head.n - 7, needle.p, needle.n);
	octets[SIZE] = '\0';
	fixture_init(&f);
	fixture_begin(&f);
	append(&f, octets, 0, 0, 0);
	fixture_commit(&f);
	CHECK_SLICE(search_text(&f, SEARCH_BODY, "Needle in the haystack"), S("1"));
	CHECK_SLICE(search_text(&f, SEARCH_BODY, "needle in the haystacks"), S(""));
	CHECK_SLICE(search_text(&f, SEARCH_TEXT, "subject: large"), S("1"));
	free(octets);
	fixture_done(&f);
}

/* A subject longer than what the store keeps of it. */
TEST(search_in_a_very_long_field)
{
	struct fixture f;
	struct buf octets;

	buf_init(&octets, 2 * SUMMARY_TEXT_MAX);
	buf_add(&octets, S("Subject: x"));
	while (octets.n < SUMMARY_TEXT_MAX + 5000)
		buf_add(&octets, S(" filler"));
	buf_add(&octets, S(" the end\r\n\r\n"));
	buf_add_char(&octets, '\0');
	fixture_init(&f);
	fixture_begin(&f);
	append(&f, buf_slice(&octets).p, 0, 0, 0);
	fixture_commit(&f);
	CHECK_SLICE(search_text(&f, SEARCH_SUBJECT, "THE END"), S("1"));
	CHECK_SLICE(search_text(&f, SEARCH_SUBJECT, "the ends"), S(""));
	buf_done(&octets);
	fixture_done(&f);
}

/* Long enough for a few of them to fill a slice. */
static char *letter(const char *last_word)
{
	enum { SIZE = 120000 };
	char *octets = malloc(SIZE + 20);

	memset(octets, 'h', SIZE);
	memcpy(octets, "\r\n", 2);
	memcpy(octets + SIZE, last_word, strlen(last_word) + 1);
	return octets;
}

TEST(search_goes_on_where_a_slice_ended)
{
	enum { MESSAGES = 300 };
	struct fixture f;
	struct interval_set among = fixture_set("1:100,150:299"), found = { 0 };
	struct search_node node;
	uint32_t next = 20, before = 0;
	char *odd = letter("odd"), *even = letter("even");

	fixture_init(&f);
	fixture_begin(&f);
	for (int i = 0; i < MESSAGES; i++)
		append(&f, i % 2 ? odd : even, 0, 0, 0);
	fixture_commit(&f);
	node = text_key(&f, SEARCH_BODY, "", "odd");
	while (next) {
		before = next;
		CHECK_INT(search_run(f.account, f.inbox, &node, &among, &next, &found,
				     NULL),
			  ERR_NONE);
		CHECK(next == 0 || next > before);
	}
	CHECK_INT(interval_set_min(&found), 20);
	CHECK_INT(interval_set_count(&found), 41 + 75);
	CHECK(!interval_set_contains(&found, 110));
	free(odd);
	free(even);
	interval_set_done(&among);
	interval_set_done(&found);
	fixture_done(&f);
}

TEST(search_refuses_what_is_too_large)
{
	enum { NODES = SEARCH_NODES_MAX + 1 };
	struct fixture f;
	struct interval_set all = fixture_set("1:9"), found = { 0 };
	struct search_node *nodes = calloc(NODES, sizeof(*nodes));
	uint32_t next = 3;

	fixture_init(&f);
	for (int i = 0; i < SEARCH_DEPTH_MAX; i++)
		nodes[i] =
			(struct search_node){ .key = SEARCH_NOT, .child = &nodes[i + 1] };
	nodes[SEARCH_DEPTH_MAX].key = SEARCH_AND;
	CHECK_INT(search_run(f.account, f.inbox, nodes, &all, &next, &found, NULL),
		  ERR_LIMIT);
	CHECK_INT(search_run(f.account, f.inbox, nodes + 1, &all, &next, &found, NULL),
		  ERR_NONE);
	next = 3;
	for (int i = 0; i < NODES; i++)
		nodes[i] = (struct search_node){ .key = SEARCH_FLAGS,
						 .next = i + 1 < NODES ? &nodes[i + 1]
								       : NULL };
	nodes[0] = (struct search_node){ .key = SEARCH_OR, .child = &nodes[1] };
	CHECK_INT(search_run(f.account, f.inbox, nodes, &all, &next, &found, NULL),
		  ERR_LIMIT);
	nodes[1].next = &nodes[3];
	CHECK_INT(search_run(f.account, f.inbox, nodes, &all, &next, &found, NULL),
		  ERR_NONE);
	next = 3;
	for (int i = 1; i <= SEARCH_TEXTS_MAX + 1; i++) {
		nodes[i].key = SEARCH_TEXT;
		nodes[i].text = S("A");
	}
	nodes[1].next = &nodes[2];
	CHECK_INT(search_run(f.account, f.inbox, nodes, &all, &next, &found, NULL),
		  ERR_LIMIT);
	CHECK_INT(next, 3);
	free(nodes);
	interval_set_done(&all);
	interval_set_done(&found);
	fixture_done(&f);
}

/* So many alternatives of this kind are looked for, and no more. */
static void check_most(enum search_key key, bool is_fuzzy, slice text, uint32_t most)
{
	struct fixture f;
	struct interval_set all = fixture_set("1:9"), found = { 0 };
	struct search_node *nodes = calloc(most + 2, sizeof(*nodes));
	uint32_t next = 3;

	fixture_init(&f);
	nodes[0] = (struct search_node){ .key = SEARCH_OR, .child = &nodes[1] };
	for (uint32_t i = 1; i <= most + 1; i++)
		nodes[i] = (struct search_node){
			.key = key,
			.is_fuzzy = is_fuzzy,
			.text = text,
			.next = i <= most ? &nodes[i + 1] : NULL,
		};
	CHECK_INT(search_run(f.account, f.inbox, nodes, &all, &next, &found, NULL),
		  ERR_LIMIT);
	CHECK_INT(next, 3);
	nodes[most].next = NULL;
	CHECK_INT(search_run(f.account, f.inbox, nodes, &all, &next, &found, NULL),
		  ERR_NONE);
	free(nodes);
	interval_set_done(&all);
	interval_set_done(&found);
	fixture_done(&f);
}

TEST(search_refuses_too_many_texts)
{
	check_most(SEARCH_SUBJECT, false, S("A"), SEARCH_FIELDS_MAX);
	check_most(SEARCH_BODY, false, S("A"), SEARCH_TEXTS_MAX);
	check_most(SEARCH_SUBJECT, true, S("A B C D E F G H I J"),
		   SEARCH_FUZZY_WORDS_MAX / 10);
}
