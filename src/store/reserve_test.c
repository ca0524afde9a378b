#include "store/reserve.h"

#include <sys/stat.h>

#include "store/account_private.h"
#include "store/fixture_test.h"

static int64_t allocated(const struct fixture *f)
{
	char path[128];
	struct stat at;

	snprintf(path, sizeof(path), "%s/reserve", f->folder);
	return stat(path, &at) ? -1 : (int64_t)at.st_blocks * 512;
}

TEST(reserve_is_allocated_given_up_and_taken_again)
{
	struct fixture f;

	fixture_init_with(&f, (struct store_options){ .folder = "", .durable = true });
	CHECK(allocated(&f) >= RESERVE_SIZE);
	reserve_give_up(f.store->reserve);
	CHECK_INT(allocated(&f), -1);
	CHECK(reserve_is_held(f.store->reserve));
	CHECK(allocated(&f) >= RESERVE_SIZE);
	fixture_done(&f);
}

TEST(reserve_is_not_kept_for_what_does_not_last)
{
	struct fixture f;

	fixture_init(&f);
	CHECK_INT(allocated(&f), -1);
	reserve_give_up(f.store->reserve);
	CHECK(reserve_is_held(f.store->reserve));
	fixture_done(&f);
}

/* As on a full disk: given up, and cannot be taken again. */
static void fill_disk(struct fixture *f)
{
	char path[128];

	reserve_give_up(f->store->reserve);
	snprintf(path, sizeof(path), "%s/reserve", f->folder);
	CHECK_INT(mkdir(path, 0700), 0);
}

TEST(on_a_full_disk_mail_goes_and_none_comes)
{
	struct fixture f;
	struct interval_set all = fixture_set("1:3"), done = { 0 };
	uint32_t first;

	fixture_init_with(&f, (struct store_options){ .folder = "", .durable = true });
	fixture_begin(&f);
	fixture_append(&f, f.inbox, S("a: b\r\n\r\nx\r\n"), FLAG_DELETED);
	fixture_append(&f, f.inbox, S("a: b\r\n\r\ny\r\n"), 0);
	fixture_commit(&f);
	int64_t trash = fixture_mailbox(&f, "Trash");
	struct incoming *m = fixture_message(&f, S("a: b\r\n\r\nz\r\n"));
	struct append what = { .message = m };

	fill_disk(&f);
	fixture_begin(&f);
	CHECK_INT(message_append(f.account, f.inbox, &what, &first, NULL), ERR_LATER);
	CHECK_INT(message_copy(f.account, f.inbox, &all, trash, &done, &first),
		  ERR_LATER);
	CHECK_INT(message_expunge(f.account, f.inbox, NULL, &done), ERR_NONE);
	CHECK_INT(message_move(f.account, f.inbox, &all, trash, &done, &first), ERR_NONE);
	fixture_commit(&f);
	incoming_free(m);
	interval_set_done(&all);
	interval_set_done(&done);
	fixture_done(&f);
}
