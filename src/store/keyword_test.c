#include <stdio.h>

#include "store/fixture_test.h"

static uint64_t make(struct fixture *f, const char *name)
{
	uint64_t bit = 0;

	CHECK_INT(keyword_bit(f->account, slice_of(name), true, &bit), ERR_NONE);
	return bit;
}

static void make_all(struct fixture *f)
{
	char name[16];

	for (int i = 0; i < KEYWORDS_MAX; i++) {
		snprintf(name, sizeof(name), "k%d", i);
		CHECK_INT(make(f, name), UINT64_C(1) << (KEYWORD_FIRST_BIT + i));
	}
}

static void note_known(void *context, uint64_t bit, slice)
{
	*(uint64_t *)context |= bit;
}

static void check_room(struct fixture *f, bool expected)
{
	uint64_t known = 0;
	bool has_room;

	CHECK_INT(keyword_each(f->account, note_known, &known), ERR_NONE);
	CHECK_INT(keyword_has_room(f->account, known, &has_room), ERR_NONE);
	CHECK_INT(has_room, expected);
}

TEST(keywords_ignore_case)
{
	struct fixture f;
	uint64_t bit;

	fixture_init(&f);
	fixture_begin(&f);
	CHECK_INT(make(&f, "$Forwarded"), 256);
	CHECK_INT(make(&f, "$FORWARDED"), 256);
	CHECK_INT(make(&f, "$Junk"), 512);
	fixture_commit(&f);
	CHECK_INT(keyword_bit(f.account, S("$junk"), false, &bit), ERR_NONE);
	CHECK_INT(bit, 512);
	CHECK_INT(keyword_bit(f.account, S("other"), false, &bit), ERR_NOT_FOUND);
	fixture_done(&f);
}

TEST(keywords_made_in_a_group_are_not_taken_again_in_it)
{
	struct fixture f;
	uint64_t bit;

	fixture_init(&f);
	fixture_begin(&f);
	make_all(&f);
	fixture_commit(&f);
	fixture_begin(&f);
	fixture_append(&f, f.inbox, S("x\r\n\r\n1\r\n"), (UINT64_MAX >> 2) - 1792);
	check_room(&f, true);
	CHECK_INT(make(&f, "a"), 256);
	CHECK_INT(make(&f, "b"), 512);
	CHECK_INT(make(&f, "c"), 1024);
	check_room(&f, false);
	CHECK_INT(keyword_bit(f.account, S("d"), true, &bit), ERR_LIMIT);
	CHECK_INT(make(&f, "A"), 256);
	fixture_commit(&f);
	fixture_begin(&f);
	CHECK_INT(make(&f, "d"), 256);
	fixture_commit(&f);
	fixture_done(&f);
}

TEST(keywords_that_no_message_has_are_taken_again)
{
	struct fixture f;
	uint64_t bit;

	fixture_init(&f);
	fixture_begin(&f);
	make_all(&f);
	fixture_append(&f, f.inbox, S("x\r\n\r\n1\r\n"), 256 | 1024);
	fixture_commit(&f);
	fixture_begin(&f);
	CHECK_INT(make(&f, "new"), 512);
	CHECK_INT(keyword_bit(f.account, S("k1"), false, &bit), ERR_NOT_FOUND);
	fixture_append(&f, f.inbox, S("x\r\n\r\n1\r\n"), (UINT64_C(1) << 62) - 1);
	CHECK_INT(keyword_bit(f.account, S("one more"), true, &bit), ERR_LIMIT);
	fixture_commit(&f);
	fixture_done(&f);
}
