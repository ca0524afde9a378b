#include "store/fixture_test.h"
#include "store/vanished.h"

static const slice text = SLICE_INIT("a: b\r\n\r\nx\r\n");

static bool list_change(void *context, const struct message *m)
{
	buf_addf(context, "%u ", m->uid);
	return true;
}

static void check_changes(struct fixture *f, uint64_t since, uint32_t first,
			  uint32_t last, const char *want)
{
	struct buf b;

	buf_init(&b, 100000);
	CHECK_INT(changes_each(f->account, f->inbox, since, first, last, list_change, &b),
		  ERR_NONE);
	CHECK_SLICE(buf_slice(&b), slice_of(want));
	buf_done(&b);
}

static void flag(struct fixture *f, const char *uids)
{
	struct interval_set set = fixture_set(uids), modified = { 0 };

	fixture_begin(f);
	CHECK_INT(message_change_flags(f->account, f->inbox, &set, FLAGS_ADD,
				       FLAG_FLAGGED, UINT64_MAX, &modified, NULL, NULL),
		  ERR_NONE);
	fixture_commit(f);
	interval_set_done(&set);
}

TEST(changes_are_in_uid_order)
{
	struct fixture f;
	uint64_t since;

	fixture_init(&f);
	fixture_begin(&f);
	for (int i = 0; i < 5; i++)
		fixture_append(&f, f.inbox, text, 0);
	fixture_commit(&f);
	since = fixture_get(&f, f.inbox).modseq;
	flag(&f, "4");
	flag(&f, "1:2");
	check_changes(&f, since, 1, UINT32_MAX, "1 2 4 ");
	check_changes(&f, since, 2, 3, "2 ");
	check_changes(&f, since + 1, 1, UINT32_MAX, "1 2 ");
	check_changes(&f, since + 2, 1, UINT32_MAX, "");
	check_changes(&f, 0, 1, UINT32_MAX, "1 2 3 4 5 ");
	fixture_done(&f);
}

/* Beyond a thousand the other way is taken; the answer is the same. */
TEST(changes_of_very_many)
{
	struct fixture f;
	struct buf want;

	fixture_init(&f);
	buf_init(&want, 100000);
	fixture_begin(&f);
	for (uint32_t i = 1; i <= 1001; i++) {
		fixture_append(&f, f.inbox, text, 0);
		buf_addf(&want, "%u ", i);
	}
	fixture_commit(&f);
	buf_add_char(&want, '\0');
	check_changes(&f, 0, 1, UINT32_MAX, buf_slice(&want).p);
	check_changes(&f, 0, 3, 4, "3 4 ");
	buf_done(&want);
	fixture_done(&f);
}

TEST(vanished_log_forgets_its_older_half)
{
	struct interval_set gone = { 0 };
	struct fixture f;
	struct mailbox m;
	uint64_t start;

	fixture_init(&f);
	start = fixture_get(&f, f.inbox).modseq;
	fixture_begin(&f);
	for (uint32_t i = 0; i <= VANISHED_ROWS_MAX; i++) {
		struct interval_set one = { 0 };

		interval_set_add(&one, 2 * i + 1);
		CHECK_INT(vanished_add(f.account, f.inbox, start + 1 + i, &one),
			  ERR_NONE);
		interval_set_done(&one);
	}
	CHECK_INT(changes_vanished(f.account, f.inbox, start, &gone), ERR_NOT_FOUND);
	CHECK_INT(changes_vanished(f.account, f.inbox, start + VANISHED_ROWS_MAX, &gone),
		  ERR_NONE);
	CHECK_SLICE(fixture_set_text(&f, &gone), S("40001"));
	account_rollback(f.account);
	CHECK_INT(mailbox_get(f.account, f.inbox, &f.arena, &m), ERR_NONE);
	interval_set_done(&gone);
	fixture_done(&f);
}
