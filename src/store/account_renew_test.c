#include <stdio.h>
#include <stdlib.h>

#include "store/account_private.h"
#include "store/directory.h"
#include "store/fixture_test.h"
#include "store/states.h"

enum { PATH_SIZE = 200 };

/* Cold copies of the account's file. */
static void copy(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	char piece[4096];
	size_t n;

	CHECK(in && out);
	while ((n = fread(piece, 1, sizeof(piece), in)) > 0)
		CHECK_INT(fwrite(piece, 1, n, out), n);
	fclose(in);
	fclose(out);
}

static void close_all(struct fixture *f)
{
	account_close(f->account);
	store_close(f->store);
}

static void open_again(struct fixture *f)
{
	const struct store_options options = { .folder = f->folder };

	CHECK_INT(store_open(&options, &f->store), ERR_NONE);
	CHECK_INT(account_open(f->store, 7, &f->account), ERR_NONE);
}

/* The account of the fixture has to be in the directory: the seventh number. */
static void enter_account(struct fixture *f)
{
	const struct stored_credential none = { 0 };
	static const char *const addresses[] = { "a@example.org", "b@example.org",
						 "c@example.org", "d@example.org" };
	int64_t id = 0;

	for (size_t i = 0; i < countof(addresses); i++)
		CHECK_INT(directory_add_account(f->store, slice_of(addresses[i]), &none,
						&id),
			  ERR_NONE);
	CHECK_INT(id, 7);
}

static void deliver(struct fixture *f)
{
	fixture_begin(f);
	fixture_append(f, f->inbox, S("a message"), 0);
	fixture_commit(f);
}

TEST(account_put_back_gets_new_uid_validity)
{
	char live[PATH_SIZE], kept[PATH_SIZE];
	struct state_changes changes;
	struct fixture f;
	uint64_t known;
	uint32_t before;

	fixture_init(&f);
	enter_account(&f);
	deliver(&f);
	before = fixture_get(&f, f.inbox).uid_validity;
	close_all(&f);
	snprintf(live, sizeof(live), "%s/accounts/07/0000000000000007/mail.db", f.folder);
	snprintf(kept, sizeof(kept), "%s/kept", f.folder);
	copy(live, kept);
	open_again(&f);
	CHECK_INT(fixture_get(&f, f.inbox).uid_validity, before);
	CHECK_INT(state_now(f.account, STATE_EMAIL, &known), ERR_NONE);
	deliver(&f);
	close_all(&f);
	copy(kept, live);
	open_again(&f);
	CHECK(fixture_get(&f, f.inbox).uid_validity > before);
	CHECK_INT(state_changes(f.account, STATE_EMAIL, known, 100, &changes),
		  ERR_NOT_FOUND);
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1"));
	before = fixture_get(&f, f.inbox).uid_validity;
	deliver(&f);
	/* Once is enough. */
	close_all(&f);
	open_again(&f);
	CHECK_INT(fixture_get(&f, f.inbox).uid_validity, before);
	fixture_done(&f);
}

/* Another account's file, or one of another server, is not the one it was either. */
TEST(account_of_another_incarnation_gets_new_uid_validity)
{
	struct account_state other;
	struct fixture f;
	uint32_t before;

	fixture_init(&f);
	enter_account(&f);
	deliver(&f);
	before = fixture_get(&f, f.inbox).uid_validity;
	other = account_state_of(f.account);
	other.incarnation++;
	account_close(f.account);
	account_state_note(f.store, &other);
	store_close(f.store);
	open_again(&f);
	CHECK(fixture_get(&f, f.inbox).uid_validity > before);
	fixture_done(&f);
}

/* Groups take their numbers at their beginning, whatever becomes of them. */
TEST(account_whose_last_groups_were_undone_is_the_one_it_was)
{
	struct fixture f;
	uint32_t before;

	fixture_init(&f);
	enter_account(&f);
	deliver(&f);
	before = fixture_get(&f, f.inbox).uid_validity;
	for (int i = 0; i < 3; i++) {
		fixture_begin(&f);
		account_rollback(f.account);
	}
	close_all(&f);
	open_again(&f);
	CHECK_INT(fixture_get(&f, f.inbox).uid_validity, before);
	fixture_done(&f);
}
