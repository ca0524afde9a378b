#include <stdlib.h>
#include <string.h>

#include "store/fixture_test.h"
#include "store/incoming_private.h"

/* Octets that tell where they were: every 8 the offset in hex. */
static void add_numbered(struct incoming *m, size_t n)
{
	char word[9];

	for (size_t i = 0; i < n / 8; i++) {
		snprintf(word, sizeof(word), "%08zx", 8 * i);
		CHECK_INT(incoming_add(m, (slice){ word, 8 }), ERR_NONE);
	}
}

static void check_word(const struct incoming *m, uint64_t at, const char *want)
{
	char word[8];

	CHECK(incoming_read(m, at, word, sizeof(word)));
	CHECK_SLICE(((slice){ word, sizeof(word) }), slice_of(want));
}

static void check_cuts(struct store *s, size_t size)
{
	struct incoming *m = incoming_new(s);

	add_numbered(m, size);
	CHECK_INT(incoming_cut(m, 80, 96), ERR_NONE);
	CHECK_INT(incoming_cut(m, 0, 8), ERR_NONE);
	CHECK_INT(incoming_cut(m, 88, 104), ERR_NONE); /* overlaps */
	CHECK_INT(incoming_size(m), size);
	check_word(m, 80, "00000050"); /* not yet */
	CHECK_INT(incoming_finish(m), ERR_NONE);
	CHECK_INT(incoming_size(m), size - 32);
	check_word(m, 0, "00000008");
	check_word(m, 64, "00000048");
	check_word(m, 72, "00000068");
	if (size == 400000) check_word(m, size - 40, "00061a78");
	incoming_free(m);
}

TEST(incoming_cuts_at_the_end)
{
	struct fixture f;

	fixture_init(&f);
	check_cuts(f.store, 1000);
	check_cuts(f.store, 400000);
	fixture_done(&f);
}

TEST(incoming_may_be_cut_to_nothing)
{
	struct fixture f;
	struct incoming *m;

	fixture_init(&f);
	m = incoming_new(f.store);
	add_numbered(m, 200000);
	CHECK_INT(incoming_cut(m, 0, 200000), ERR_NONE);
	CHECK_INT(incoming_finish(m), ERR_NONE);
	CHECK_INT(incoming_size(m), 0);
	CHECK_INT(incoming_stored(m).bytes.n, 0);
	incoming_free(m);
	fixture_done(&f);
}

TEST(incoming_takes_so_many_cuts)
{
	struct fixture f;
	struct incoming *m;

	fixture_init(&f);
	m = incoming_new(f.store);
	add_numbered(m, 8);
	for (int i = 0; i < INCOMING_CUTS_MAX; i++)
		CHECK_INT(incoming_cut(m, 1, 2), ERR_NONE);
	CHECK_INT(incoming_cut(m, 1, 2), ERR_LIMIT);
	CHECK_INT(incoming_finish(m), ERR_NONE);
	CHECK_INT(incoming_size(m), 7);
	incoming_free(m);
	fixture_done(&f);
}

/* However it comes in, it is the same message: across memory and file. */
TEST(incoming_reads_across_its_seam)
{
	struct fixture f;
	struct incoming *m;
	char three[24];

	fixture_init(&f);
	m = incoming_new(f.store);
	add_numbered(m, INCOMING_MEMORY_MAX + 800);
	CHECK(incoming_read(m, INCOMING_MEMORY_MAX - 8, three, sizeof(three)));
	CHECK_SLICE(((slice){ three, sizeof(three) }), S("0000fff80001000000010008"));
	CHECK(!incoming_read(m, INCOMING_MEMORY_MAX + 797, three, 4));
	CHECK(!incoming_read(m, UINT64_MAX, three, 2));
	incoming_free(m);
	fixture_done(&f);
}

/* SHA-256 of "abc": FIPS 180-2 B.1. */
TEST(incoming_has_the_hash_of_its_octets)
{
	struct fixture f;
	struct incoming *m;

	fixture_init(&f);
	m = fixture_message(&f, S("abc"));
	CHECK_SLICE(slice_head(incoming_hash(m), 4), S("\xba\x78\x16\xbf"));
	CHECK_INT(incoming_mime(m)->part_count, 1);
	incoming_free(m);
	fixture_done(&f);
}

static void check_growth(struct store *s, slice text, size_t cut, uint64_t want)
{
	struct incoming *m = incoming_new(s);

	for (slice rest = text; rest.n; rest = slice_skip(rest, cut))
		CHECK_INT(incoming_add(m, slice_head(rest, cut)), ERR_NONE);
	CHECK_INT(incoming_finish(m), ERR_NONE);
	CHECK_INT(incoming_crlf_growth(m), want);
	incoming_free(m);
}

TEST(incoming_counts_what_lines_lack)
{
	static const struct {
		slice text;
		uint64_t want;
	} cases[] = {
		{ SLICE_INIT(""), 0 },
		{ SLICE_INIT("A: b\r\n\r\nc\r\n"), 0 },
		{ SLICE_INIT("A: b\r\n\r\nc"), 2 },
		{ SLICE_INIT("A: b\r\n\r\nc\r"), 1 },
		{ SLICE_INIT("A: b\n\nc\n"), 3 },
		{ SLICE_INIT("\n\r\n\n\r\r\n\rx\n"), 3 },
		{ SLICE_INIT("\n"), 1 },
		{ SLICE_INIT("x"), 2 },
	};
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < countof(cases); i++)
		check_growth(f.store, cases[i].text, 1 + i % 3, cases[i].want);
	fixture_done(&f);
}

/* Where the octets are read again in chunks, an end may lie on both sides of a seam. */
TEST(incoming_counts_across_chunks)
{
	enum { SEAM = 64 * 1024 };
	char *text = malloc(SEAM + 2);
	struct fixture f;

	fixture_init(&f);
	CHECK(text);
	memset(text, 'x', SEAM + 2);
	memcpy(text + SEAM - 1, "\r\n", 2);
	check_growth(f.store, (slice){ text, SEAM + 1 }, SEAM, 0);
	check_growth(f.store, (slice){ text, SEAM + 2 }, SEAM, 2);
	text[SEAM - 1] = 'x';
	check_growth(f.store, (slice){ text, SEAM + 1 }, SEAM, 1);
	free(text);
	fixture_done(&f);
}
