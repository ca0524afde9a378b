/* What search finds is what a plain reading of every message finds. */
#include <ftw.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/quoted_printable.h"
#include "base/utf8.h"
#include "message/content.h"
#include "message/encoded_word.h"
#include "message/mime.h"
#include "message/part_map.h"
#include "message/text.h"
#include "store/fixture_test.h"
#include "store/search.h"

enum {
	MESSAGES_MAX = 2000,
	TEXTS_MAX = 20000,
	NEEDLES = 15,
	BUF_MAX = 64 << 20,
};

static const slice prefix = SLICE_INIT("Received: by test\r\n"); /* fixture_append's */

/* A text of a message, decoded and folded whole. */
struct text {
	uint32_t uid;
	bool header;
	slice folded;
};

struct reading {
	struct fixture f;
	struct arena arena; /* of the texts */
	struct text texts[TEXTS_MAX];
	uint32_t files; /* seen; every fourth is read */
	uint32_t count;
};

/* --- the plain reading --- */

static void add_text(struct reading *r, uint32_t uid, bool header, const struct buf *text)
{
	struct buf folded;
	struct text *t = &r->texts[r->count++];

	CHECK(r->count <= TEXTS_MAX);
	buf_init(&folded, BUF_MAX);
	text_fold(buf_slice(text), &folded);
	*t = (struct text){ .uid = uid, .header = header };
	CHECK(arena_copy(&r->arena, buf_slice(&folded), &t->folded));
	buf_done(&folded);
}

static void read_header(struct reading *r, uint32_t uid, bool header, slice section)
{
	struct buf text;

	buf_init(&text, BUF_MAX);
	while (section.n) {
		size_t n = 0;

		while (n < section.n &&
		       (section.p[n] != '\n' ||
			(n + 1 < section.n && strchr(" \t", section.p[n + 1]) &&
			 section.p[n + 1])))
			n++;
		slice line = slice_head(section, n);
		if (line.n && line.p[line.n - 1] == '\r') line.n--;
		encoded_word_decode(line, &text);
		buf_add(&text, S("\r\n"));
		section = slice_skip(section, n + 1);
	}
	add_text(r, uid, header, &text);
	buf_done(&text);
}

static void add_shown(struct reading *r, uint32_t uid, slice html)
{
	struct html_text *h = html_text_new();
	struct buf text;

	buf_init(&text, BUF_MAX);
	html_text_feed(h, html, &text);
	html_text_feed(h, S("\n"), &text);
	html_text_free(h);
	add_text(r, uid, false, &text);
	buf_done(&text);
}

static void read_leaf(struct reading *r, uint32_t uid, const struct part_place *part,
		      slice message)
{
	struct content_decoder *d =
		content_decoder_new(part->encoding, part->charset, false);
	struct buf text;

	buf_init(&text, BUF_MAX);
	content_decoder_feed(d,
			     slice_head(slice_skip(message, part->body_start),
					part->end - part->body_start),
			     true, &text);
	content_decoder_free(d);
	if (part->is_html) add_shown(r, uid, buf_slice(&text));
	add_text(r, uid, false, &text);
	buf_done(&text);
}

static void read_part(struct reading *r, uint32_t uid, const struct part_map *map,
		      uint32_t at, slice message)
{
	const struct part_place *part = &map->parts[at];
	slice section = slice_head(slice_skip(message, part->start),
				   part->body_start - part->start);
	bool attached = at && map->parts[part->parent].kind == MIME_MESSAGE;
	struct buf whole;

	buf_init(&whole, BUF_MAX);
	if (at == 0) buf_add(&whole, prefix);
	buf_add(&whole, section);
	read_header(r, uid, !attached, buf_slice(&whole));
	buf_done(&whole);
	if (part->kind == MIME_LEAF && part->is_text) read_leaf(r, uid, part, message);
}

static void add_message(struct reading *r, slice message)
{
	struct arena arena;
	struct buf packed;
	struct part_map map;
	uint32_t uid = fixture_append(&r->f, r->f.inbox, message, 0);

	arena_init(&arena, 2 * MIME_ARENA_MAX);
	buf_init(&packed, BUF_MAX);
	CHECK(part_map_pack(mime_parse(&arena, message), &packed));
	CHECK(part_map_unpack(buf_slice(&packed), &arena, &map));
	for (uint32_t i = 0; i < map.count; i++)
		read_part(r, uid, &map, i, message);
	buf_done(&packed);
	arena_done(&arena);
}

static struct reading *begin_reading(void)
{
	struct reading *r = calloc(1, sizeof(*r));

	CHECK(r != NULL);
	fixture_init(&r->f);
	arena_init(&r->arena, BUF_MAX);
	fixture_begin(&r->f);
	return r;
}

static void end_reading(struct reading *r)
{
	arena_done(&r->arena);
	fixture_done(&r->f);
	free(r);
}

/* --- comparing --- */

static void check_key(struct reading *r, enum search_key key, slice needle)
{
	const struct search_node node = { .key = key, .text = needle };
	struct interval_set all = { 0 }, found = { 0 }, expected = { 0 };
	uint32_t next = 1;

	for (uint32_t i = 0; i < r->count; i++) {
		const struct text *t = &r->texts[i];

		if (t->header && key == SEARCH_BODY) continue;
		if (slice_find(t->folded, needle) < t->folded.n)
			interval_set_add(&expected, t->uid);
	}
	interval_set_add_range(&all, 1, MESSAGES_MAX);
	while (next)
		CHECK_INT(search_run(r->f.account, r->f.inbox, &node, &all, &next, &found,
				     NULL),
			  ERR_NONE);
	CHECK_SLICE(fixture_set_text(&r->f, &found), fixture_set_text(&r->f, &expected));
	interval_set_done(&all);
	interval_set_done(&found);
	interval_set_done(&expected);
}

/* A piece of a text that is there, between characters: often in many messages. */
static slice random_needle(const struct reading *r)
{
	slice s = r->texts[rand() % (int)r->count].folded;

	if (s.n) s = slice_skip(s, (size_t)rand() % s.n);
	while (s.n && ((unsigned char)s.p[0] & 0xc0) == 0x80)
		s = slice_skip(s, 1);
	return utf8_head(s, 1 + (size_t)rand() % 25);
}

static void compare_needles(struct reading *r)
{
	for (int i = 0; i < NEEDLES; i++) {
		slice needle = random_needle(r);

		if (!needle.n) continue;
		check_key(r, SEARCH_TEXT, needle);
		check_key(r, SEARCH_BODY, needle);
	}
}

/* By looking at all, and with what the index knows. */
static void compare(struct reading *r)
{
	fixture_commit(&r->f);
	compare_needles(r);
	fixture_index(&r->f);
	compare_needles(r);
}

/* --- random messages --- */

static void add_words(struct buf *out)
{
	static const char *const words[] = { "apple",  "Straße",   "ΣΊΣΥΦΟΣ", "éclair",
					     "日本語", "İstanbul", "x",       "\r\n",
					     "=?",     "end" };

	for (int n = rand() % 200; n; n--) {
		buf_add(out, slice_of(words[(size_t)rand() % countof(words)]));
		if (rand() % 3) buf_add_char(out, ' ');
	}
}

static void add_leaf(struct buf *out)
{
	static const char *const encodings[] = { "8bit", "quoted-printable", "base64" };
	size_t encoding = (size_t)rand() % countof(encodings);
	struct buf text;

	buf_init(&text, BUF_MAX);
	add_words(&text);
	buf_addf(out, "Content-Type: text/%s%s\r\nContent-Transfer-Encoding: %s\r\n\r\n",
		 rand() % 2 ? "plain" : "html", rand() % 2 ? "; charset=utf-8" : "",
		 encodings[encoding]);
	if (encoding == 0)
		buf_add(out, buf_slice(&text));
	else if (encoding == 1)
		quoted_printable_encode(out, buf_slice(&text));
	else
		base64_encode_lines(out, buf_slice(&text));
	buf_add(out, S("\r\n"));
	buf_done(&text);
}

static void add_entity(struct buf *out, int depth)
{
	int kind = depth > 4 ? 0 : rand() % 4, boundary = rand();

	if (kind < 2) {
		add_leaf(out);
	} else if (kind == 2) {
		buf_add(out, S("Content-Type: message/rfc822\r\n\r\nSubject: "));
		encoded_word_encode(S("Inner Straße"), out);
		buf_add(out, S("\r\n"));
		add_entity(out, depth + 1);
	} else {
		buf_addf(out, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n",
			 boundary);
		for (int n = rand() % 4; n >= 0; n--) {
			buf_addf(out, "\r\n--b%d\r\n", boundary);
			add_entity(out, depth + 1);
		}
		buf_addf(out, "\r\n--b%d--\r\n", boundary);
	}
}

TEST(search_finds_in_random_messages_what_a_plain_reading_finds)
{
	struct reading *r = begin_reading();
	struct buf message;

	srand(2);
	buf_init(&message, BUF_MAX);
	for (int i = 0; i < 100; i++) {
		buf_reset(&message);
		buf_add(&message, S("MIME-Version: 1.0\r\n"));
		add_entity(&message, 0);
		add_message(r, buf_slice(&message));
	}
	buf_done(&message);
	compare(r);
	end_reading(r);
}

/* --- real messages --- */

static struct reading *reading; /* ftw has no context */

static int add_file(const char *path, const struct stat *, int type)
{
	const char *name = strrchr(path, '.');
	slice octets;

	if (type != FTW_F || !name || reading->count > TEXTS_MAX - 1000) return 0;
	if (strcmp(name, ".eml") != 0 && strcmp(name, ".txt") != 0) return 0;
	if (reading->files++ % 4) return 0;
	octets = test_read_file(path);
	if (octets.n < 1 << 20) add_message(reading, octets);
	free((char *)(uintptr_t)octets.p);
	return 0;
}

static void compare_folder(const char *name)
{
	char *path = test_data_path(name);

	if (!path) {
		TEST_SKIP();
		return;
	}
	srand(3);
	reading = begin_reading();
	ftw(path, add_file, 10);
	compare(reading);
	end_reading(reading);
	free(path);
}

TEST(search_finds_in_real_messages_what_a_plain_reading_finds)
{
	compare_folder("bulk");
}

TEST(search_finds_in_odd_messages_what_a_plain_reading_finds)
{
	compare_folder("mime");
}
