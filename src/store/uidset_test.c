#include "store/fixture_test.h"
#include "store/uidset.h"

enum { MAILBOX = 77 }; /* the rows need no mailbox */

static void check(struct fixture *f, const struct interval_set *want)
{
	struct interval_set got = { 0 };

	CHECK_INT(uidset_read(f->account, MAILBOX, &got), ERR_NONE);
	CHECK(interval_set_equal(&got, want));
	interval_set_done(&got);
}

static void append(struct fixture *f, struct interval_set *model, uint32_t first,
		   uint32_t last)
{
	CHECK_INT(uidset_append(f->account, MAILBOX, first, last), ERR_NONE);
	interval_set_add_range(model, first, last);
}

static void subtract(struct fixture *f, struct interval_set *model,
		     struct interval_set *uids)
{
	interval_set_intersect(uids, model);
	CHECK_INT(uidset_remove(f->account, MAILBOX, uids), ERR_NONE);
	interval_set_subtract(model, uids);
	check(f, model);
}

TEST(uidset_spreads_over_rows)
{
	struct interval_set model = { 0 }, holes = { 0 };
	struct fixture f;

	fixture_init(&f);
	fixture_begin(&f);
	for (uint32_t i = 1; i <= 2 * UIDSET_ROW_INTERVALS + 5; i++)
		append(&f, &model, 3 * i, 3 * i); /* many short intervals */
	check(&f, &model);
	append(&f, &model, 100000, 120000);
	for (uint32_t i = 100001; i < 120000; i += 4) /* one row becomes many */
		interval_set_add(&holes, i);
	interval_set_add_range(&holes, 2000, 4000); /* rows go */
	subtract(&f, &model, &holes);
	append(&f, &model, 200001, 200001);
	check(&f, &model);
	interval_set_done(&holes);
	holes = fixture_set("1:4294967295");
	subtract(&f, &model, &holes);
	append(&f, &model, 200002, 200005);
	check(&f, &model);
	account_rollback(f.account);
	interval_set_done(&holes);
	interval_set_done(&model);
	fixture_done(&f);
}
