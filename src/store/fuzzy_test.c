#include "store/fuzzy.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/test.h"
#include "message/text.h"

enum { TEXT_MAX = 100000 };

/* As a text and a needle of SEARCH, in any case. */
static unsigned degree_of(const char *needle, const char *text)
{
	struct fuzzy_needle n;
	struct buf folded;
	unsigned degree;

	buf_init(&folded, TEXT_MAX);
	text_fold(slice_of(needle), &folded);
	fuzzy_needle_init(&n, buf_slice(&folded));
	buf_reset(&folded);
	text_fold(slice_of(text), &folded);
	degree = fuzzy_text_degree(&n, buf_slice(&folded));
	buf_done(&folded);
	return degree;
}

TEST(fuzzy_degree)
{
	static const struct {
		const char *needle, *text;
		unsigned degree;
	} t[] = {
		{ "hello", "well, hello there", 100 },
		{ "HELLO", "hello", 100 },
		{ "cafe", "Caf\xc3\xa9", 100 }, /* accents do not count */
		{ "caf\xc3\xa9", "cafe", 100 },
		{ "IMAP server", "of the server: IMAP", 100 },       /* in any order */
		{ "IMAP server", "of the server", 0 },               /* but all of them */
		{ "quasar", "\xe2\x80\x9cquasar\xe2\x80\x9d", 100 }, /* in quotes */
		{ "break", "breaks", 88 },
		{ "break", "breakfast", 82 },
		{ "im", "important newsletters", 76 },
		{ "helo", "hello", 70 }, /* RFC 6203 4 */
		{ "helo", "help", 70 },
		{ "recieve", "receive", 70 }, /* swapped */
		{ "meetings", "meeting", 70 },
		{ "searching", "searched", 65 }, /* one stem */
		{ "searching", "search", 65 },
		{ "accomodation", "accommmodation", 50 }, /* two errors in a long word */
		{ "cat", "car", 0 },                      /* none in a short one */
		{ "hello", "jelly", 0 },
		{ "contract", "control", 0 },
		{ "ello", "othello", 40 }, /* inside */
		{ "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x98\xaf\xe6\x97\xa5\xe6\x9c\xac",
		  40 },
		{ "hello world", "helo word", 70 },
		{ "hello world", "hello word", 85 }, /* each word counts alike */
		{ "hello", "", 0 },
		{ "", "hello", 0 },
		{ "- !", "- !", 0 }, /* no word: nothing is fuzzy about it */
	};

	for (size_t i = 0; i < countof(t); i++) {
		unsigned degree = degree_of(t[i].needle, t[i].text);

		if (degree != t[i].degree)
			print_message("%s in %s\n", t[i].needle, t[i].text);
		CHECK_INT(degree, t[i].degree);
	}
}

/* The same as a table that is made whole says. */
static uint32_t plain_errors(slice a, slice b)
{
	uint32_t t[20][20];

	for (uint32_t y = 0; y <= a.n; y++)
		for (uint32_t x = 0; x <= b.n; x++) {
			uint32_t *to = &t[y][x];

			*to = y ? x ? t[y - 1][x - 1] + (a.p[y - 1] != b.p[x - 1]) : y
				: x;
			if (x && y && t[y - 1][x] + 1 < *to) *to = t[y - 1][x] + 1;
			if (x && y && t[y][x - 1] + 1 < *to) *to = t[y][x - 1] + 1;
			if (x > 1 && y > 1 && a.p[y - 1] == b.p[x - 2] &&
			    a.p[y - 2] == b.p[x - 1] && t[y - 2][x - 2] + 1 < *to)
				*to = t[y - 2][x - 2] + 1;
		}
	return t[a.n][b.n];
}

/* Neither begins with the other nor has it inside nor the same stem: other letters stand
 * around. */
TEST(fuzzy_forgives_so_many_errors)
{
	for (int round = 0; round < 100000; round++) {
		char a[16] = "y", b[16] = "z";
		size_t n = 3 + (size_t)rand() % 8, m = n;
		uint32_t errors, forgiven;

		for (size_t i = 1; i < n; i++)
			a[i] = b[i] = (char)('a' + rand() % 3);
		for (int i = rand() % 4; i; i--)
			b[1 + (size_t)rand() % (m - 1)] = (char)('a' + rand() % 3);
		if (rand() % 2) memmove(b + 1, b + 2, m-- - 1);
		errors = plain_errors(slice_of(a), slice_of(b));
		forgiven = n >= 8 ? 2 : n >= 4 ? 1 : 0;
		CHECK_INT(degree_of(a, b), errors > forgiven ? 0 : errors == 1 ? 70 : 50);
	}
}

static size_t random_word(char *to, size_t most)
{
	size_t n = 1 + (size_t)rand() % most;

	for (size_t i = 0; i < n; i++)
		to[i] = "ABCDE\xc3\xa9 "[rand() % 8];
	return n;
}

/* How well it fits does not depend on the pieces in which a text comes, and what has the
 * needle fits. */
TEST(fuzzy_finds_what_is_there)
{
	for (int round = 0; round < 20000; round++) {
		struct fuzzy_needle n;
		char text[400];
		size_t size = random_word(text, sizeof(text)), at = (size_t)rand() % size;
		slice all = { text, size };
		slice needle = slice_head(slice_skip(all, at), 1 + (size_t)rand() % 60);

		fuzzy_needle_init(&n, needle);
		if (n.count) CHECK(fuzzy_text_degree(&n, all) >= FUZZY_LEAST);
	}
}

/* Long words in a long needle against long words, for which time is bounded. */
TEST(fuzzy_needle_is_bounded)
{
	struct fuzzy_needle n;
	struct buf b;

	buf_init(&b, TEXT_MAX);
	for (int i = 0; i < 90000; i++)
		buf_add_char(&b, i % 40 ? 'A' : ' ');
	fuzzy_needle_init(&n, buf_slice(&b));
	CHECK_INT(n.count, FUZZY_WORDS_MAX);
	CHECK_INT(n.words[0].n, FUZZY_WORD_MAX);
	CHECK_INT(fuzzy_text_degree(&n, buf_slice(&b)), 78);
	buf_done(&b);
}
