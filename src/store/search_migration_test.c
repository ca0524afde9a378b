/* A search index as an older program left it. */
#include <stdio.h>

#include "store/account_private.h"
#include "store/fixture_test.h"
#include "store/search_index.h"
#include "store/search_schema.h"

enum { BEFORE_HTML_AS_READ = 1 }; /* steps of the schema */

static void append_some(struct fixture *f)
{
	fixture_begin(f);
	for (int i = 0; i < INDEX_TAIL_MIN; i++)
		fixture_append(f, f->inbox,
			       S("Content-Type: text/html\r\n\r\nsp<b>li</b>t\r\n"), 0);
	fixture_commit(f);
}

static void check_progress(struct fixture *f, uint64_t want)
{
	uint64_t done, goal;

	CHECK_INT(search_index_progress(f->account, &done, &goal), ERR_NONE);
	CHECK_INT(done, want);
	CHECK_INT(goal, INDEX_TAIL_MIN);
}

/* In place of the account's: one that belongs to its mail and says that it knows all. */
static void write_old_index(struct fixture *f, int64_t mark, int64_t done)
{
	const struct db_schema schema = { search_steps, BEFORE_HTML_AS_READ };
	char path[128], state[128];
	struct db *d;

	snprintf(path, sizeof(path), "%s/accounts/07/0000000000000007/search.db",
		 f->folder);
	CHECK_INT(remove(path), 0);
	CHECK_INT(db_open(&(struct db_options){ .path = path, .schema = &schema }, &d),
		  ERR_NONE);
	snprintf(state, sizeof(state), "INSERT INTO state VALUES (1, %lld, 0, %lld, 0)",
		 (long long)mark, (long long)done);
	CHECK_INT(db_execute(d, state), ERR_NONE);
	db_close(d);
}

TEST(search_index_of_an_older_program_is_made_anew)
{
	struct fixture f;
	int64_t mark, next;

	fixture_init(&f);
	append_some(&f);
	fixture_index(&f);
	check_progress(&f, INDEX_TAIL_MIN);
	CHECK_INT(
		query_run_int(db_query(f.account->db, "SELECT search_mark FROM account"),
			      &mark),
		ERR_NONE);
	next = f.account->next_id;
	account_close(f.account);
	write_old_index(&f, mark, next);
	CHECK_INT(account_open(f.store, 7, &f.account), ERR_NONE);
	check_progress(&f, 0);
	fixture_index(&f);
	check_progress(&f, INDEX_TAIL_MIN);
	fixture_done(&f);
}
