#include "base/test.h"
#include "message/text.h"
#include "store/search_text.h"

#include <stdlib.h>

#include "base/utf8.h"

static struct buf folded(slice text)
{
	struct buf out;

	buf_init(&out, 11 * text.n + 1);
	text_fold(text, &out);
	return out;
}

/* Whether the needle is found in text that comes in pieces of about `piece` octets. */
static bool has(slice text, slice needle, size_t piece)
{
	struct buf f = folded(needle);
	struct text_needle n = { .folded = buf_slice(&f) };
	struct text_matcher m;
	bool told = false;

	text_matcher_init(&m, &n, 1);
	text_matcher_begin(&m, false);
	while (text.n) {
		slice head = utf8_head(text, piece);

		told |= text_matcher_feed(&m, head);
		text = slice_skip(text, head.n);
	}
	told |= text_matcher_end(&m);
	CHECK_INT(told, n.found);
	text_matcher_done(&m);
	buf_done(&f);
	return told;
}

/* RFC 5051 2: simple titlecase, then compatibility decomposition. */
TEST(search_text_folds_case)
{
	static const struct {
		const char *text, *needle;
		bool found;
	} t[] = {
		{ "Hello World", "hello WORLD", true },
		{ "Straße", "STRAßE", true },
		{ "Straße", "strasse", false },   /* no full case mapping */
		{ "ΟΔΥΣΣΕΎΣ", "οδυσσεύς", true }, /* final sigma is a sigma */
		{ "ς", "σ", true },
		{ "ISTANBUL", "ıstanbul", true },  /* dotless i is titlecased to I */
		{ "İstanbul", "istanbul", false }, /* I, combining dot, S... */
		{ "İstanbul", "stanbul", true },
		{ "ﬁn", "fin", false }, /* parted into small letters */
		{ "caf\xc3\xa9", "CAFE\xcc\x81", true },
		{ "Ǆ", "ǆ", true },
		{ "ｗｉｄｅ", "WIDE", true },
		{ "привет", "ПРИВЕТ", true },
		{ "abc", "abcd", false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice text = slice_of(t[i].text), needle = slice_of(t[i].needle);

		for (size_t piece = 4; piece < 9; piece++)
			if (has(text, needle, piece) != t[i].found)
				fail_msg("%s in %s", t[i].needle, t[i].text);
	}
}

/* Wherever the borders of pieces and windows are, a needle across them is found. */
TEST(search_text_finds_across_borders)
{
	enum { BEFORE = 200000, STEP = 997 };
	slice needle = S("Néedle across the border");
	char *text = malloc(BEFORE + 200);

	for (size_t at = 0; at + needle.n < BEFORE; at += STEP) {
		for (size_t i = 0; i < BEFORE; i++)
			text[i] = "ne e\n"[i % 5];
		for (size_t i = 0; i < needle.n; i++)
			text[at + i] = needle.p[i];
		CHECK(has((slice){ text, BEFORE }, needle, 5000 + at % 7));
		text[at + 3] = 'x';
		CHECK(!has((slice){ text, BEFORE }, needle, 5000 + at % 7));
	}
	free(text);
}

TEST(search_text_finds_long_needles)
{
	enum { LONG = 100000 };
	char *text = malloc(3 * LONG);

	for (size_t i = 0; i < 3 * LONG; i++)
		text[i] = (char)('A' + (i * i >> 7) % 23);
	CHECK(has((slice){ text, 3 * LONG }, (slice){ text + LONG / 2, LONG }, 4000));
	CHECK(has((slice){ text, 3 * LONG }, (slice){ text, 3 * LONG }, 4000));
	CHECK(!has((slice){ text, 2 * LONG }, (slice){ text, 3 * LONG }, 4000));
	free(text);
}

TEST(search_text_knows_where_texts_end_and_what_is_header)
{
	struct text_needle n[] = { { .folded = S("AB") },
				   { .folded = S("CD"), .in_headers = true },
				   { .folded = S("XY") } };
	struct text_matcher m;

	text_matcher_init(&m, n, countof(n));
	text_matcher_begin(&m, true);
	text_matcher_feed(&m, S("ab cd x"));
	CHECK(text_matcher_end(&m));
	CHECK(!n[0].found && n[1].found);
	text_matcher_begin(&m, false);
	text_matcher_feed(&m, S("y ab"));
	CHECK(text_matcher_end(&m));
	CHECK(n[0].found && !n[2].found);
	text_matcher_forget(&m);
	CHECK(!n[0].found && !n[1].found);
	text_matcher_done(&m);
}

/* What cutting text into pieces rests on. */
TEST(folding_goes_character_by_character)
{
	slice text = S("a\xcc\x88\xcc\xa3ﷺ가각ǅß\xe1\x84\x80\xe1\x85\xa1ҿ𝒳é");

	for (size_t at = 0; at <= text.n; at++) {
		slice head = utf8_head(text, at);
		struct buf whole = folded(text), both = folded(head),
			   tail = folded(slice_skip(text, head.n));

		both.max = 1000;
		buf_add(&both, buf_slice(&tail));
		CHECK_SLICE(buf_slice(&both), buf_slice(&whole));
		buf_done(&whole);
		buf_done(&both);
		buf_done(&tail);
	}
}
