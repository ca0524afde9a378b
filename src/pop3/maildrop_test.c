#include "pop3/maildrop.h"

#include "base/test.h"

static void fill(struct maildrop *d, uint32_t count)
{
	for (uint32_t i = 1; i <= count; i++)
		maildrop_add(d, &(struct drop_message){ .uid = i * 10, .size = i });
}

TEST(maildrop_counts_what_is_shown)
{
	struct maildrop d = { 0 };

	fill(&d, 100);
	CHECK_INT(d.shown_size, 5050);
	maildrop_delete(&d, maildrop_find(&d, 100));
	maildrop_delete(&d, maildrop_find(&d, 1));
	CHECK_INT(d.shown, 98);
	CHECK_INT(d.shown_size, 4949);
	CHECK(!maildrop_find(&d, 0));
	CHECK(!maildrop_find(&d, 1));
	CHECK(!maildrop_find(&d, 101));
	maildrop_truncate(&d, 99);
	CHECK_INT(d.shown, 98);
	maildrop_reset(&d);
	CHECK_INT(d.shown, 99);
	CHECK_INT(d.shown_size, 4950);
	CHECK_INT(d.cap, 99);
	maildrop_truncate(&d, 0);
	CHECK(!d.list);
}

TEST(maildrop_selects_by_all_marks)
{
	struct interval_set uids = { 0 };
	struct maildrop d = { 0 };

	fill(&d, 4);
	d.list[0].marks = MARK_OLD;
	d.list[1].marks = MARK_OLD | MARK_KEPT | MARK_SEEN;
	d.list[3].marks = MARK_OLD | MARK_KEPT;
	maildrop_select(&d, MARK_OLD | MARK_KEPT, &uids);
	CHECK_INT(interval_set_count(&uids), 2);
	CHECK(interval_set_contains(&uids, 20) && interval_set_contains(&uids, 40));
	interval_set_done(&uids);
	maildrop_done(&d);
}

TEST(maildrop_of_100000_takes_less_than_2_mib)
{
	CHECK(100'000 * sizeof(struct drop_message) <= 2 * 1024 * 1024);
}
