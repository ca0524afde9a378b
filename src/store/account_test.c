#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/account_private.h"
#include "store/blob.h"
#include "store/fixture_test.h"
#include "store/quota.h"

static const slice text = SLICE_INIT("a: b\r\n\r\nx\r\n");

TEST(store_is_open_once)
{
	struct fixture f;
	struct store *second;

	fixture_init(&f);
	CHECK_INT(store_open(&(struct store_options){ .folder = f.folder }, &second),
		  ERR_EXISTS);
	fixture_done(&f);
}

TEST(a_job_is_undone_alone)
{
	struct fixture f;

	fixture_init(&f);
	fixture_begin(&f);
	for (int i = 0; i < 3; i++) {
		CHECK_INT(account_savepoint(f.account), ERR_NONE);
		CHECK_INT(fixture_append(&f, f.inbox, text, 0), i < 2 ? i + 1 : 2);
		if (i == 1)
			account_rollback_to(f.account);
		else
			CHECK_INT(account_release(f.account), ERR_NONE);
	}
	fixture_commit(&f);
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1 2"));
	fixture_done(&f);
}

TEST(changed_tells_of_commits_that_watchers_see)
{
	struct fixture f;
	uint32_t first;

	fixture_init(&f);
	account_take_changed(f.account);
	fixture_begin(&f);
	fixture_append(&f, f.inbox, text, 0);
	account_rollback(f.account);
	CHECK(!account_take_changed(f.account));
	fixture_begin(&f);
	CHECK_INT(mailbox_claim_recent(f.account, f.inbox, &first), ERR_NONE);
	fixture_commit(&f);
	CHECK(!account_take_changed(f.account));
	fixture_begin(&f);
	fixture_append(&f, f.inbox, text, 0);
	fixture_commit(&f);
	CHECK(account_take_changed(f.account));
	CHECK(!account_take_changed(f.account));
	fixture_done(&f);
}

TEST(quota_refuses_what_is_too_much)
{
	struct incoming *m;
	struct append what;
	struct fixture f;
	struct quota used, limits = { 2 * ((int64_t)text.n + 6), QUOTA_NONE };
	uint32_t uid;

	fixture_init(&f);
	m = fixture_message(&f, text);
	what = (struct append){ .message = m, .prefix = S("p: q\r\n") };
	quota_set_site(f.store, &limits);
	fixture_begin(&f);
	CHECK_INT(message_append(f.account, f.inbox, &what, &uid, NULL), ERR_NONE);
	CHECK_INT(message_append(f.account, f.inbox, &what, &uid, NULL), ERR_NONE);
	CHECK_INT(message_append(f.account, f.inbox, &what, &uid, NULL), ERR_LIMIT);
	fixture_commit(&f);
	CHECK_INT(quota_usage(f.account, &used), ERR_NONE);
	CHECK_INT(used.storage, limits.storage);
	CHECK_INT(used.messages, 2);
	incoming_free(m);
	fixture_done(&f);
}

TEST(uids_end_at_the_last)
{
	struct incoming *m;
	struct append what;
	struct fixture f;
	uint32_t uid;

	fixture_init(&f);
	m = fixture_message(&f, text);
	what = (struct append){ .message = m };
	fixture_begin(&f);
	CHECK_INT(db_execute(f.account->db, "UPDATE mailbox SET uid_next = 4294967294"),
		  ERR_NONE);
	CHECK_INT(message_append(f.account, f.inbox, &what, &uid, NULL), ERR_NONE);
	CHECK(uid == UINT32_MAX - 1);
	CHECK_INT(account_savepoint(f.account), ERR_NONE);
	CHECK_INT(message_append(f.account, f.inbox, &what, &uid, NULL), ERR_LIMIT);
	account_rollback_to(f.account);
	CHECK_INT(account_savepoint(f.account), ERR_NONE);
	CHECK_INT(message_append(f.account, 999, &what, &uid, NULL), ERR_NOT_FOUND);
	account_rollback_to(f.account);
	fixture_commit(&f);
	incoming_free(m);
	fixture_done(&f);
}

/* A temporary account lives on in its handle, without any file to be seen. */
TEST(temporary_store_keeps_closed_accounts)
{
	struct fixture f;

	fixture_init_with(&f, (struct store_options){ .folder = NULL });
	fixture_begin(&f);
	fixture_append(&f, f.inbox, text, 0);
	fixture_commit(&f);
	account_close(f.account);
	CHECK_INT(account_open(f.store, 7, &f.account), ERR_NONE);
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1"));
	fixture_done(&f);
}

/* What the store wrote stays for the next process to find; nothing is closed. */
static void die_without_closing(struct fixture *f)
{
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (pid == 0) {
		struct store *s;
		struct account *a;
		uint32_t first;

		if (store_open(&(struct store_options){ .folder = f->folder }, &s) ||
		    account_open(s, 7, &a) || account_begin(a, JOB_WRITES) ||
		    mailbox_claim_recent(a, f->inbox, &first) || account_commit(a))
			_exit(1);
		_exit(0);
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
}

/* The account of an unclean stop: numbers go on at the ceiling, stray bodies are swept.
 */
TEST(after_an_unclean_stop)
{
	char path[160];
	struct fixture f;
	uint64_t before;
	int fd;

	fixture_init(&f);
	before = f.account->modseq;
	account_close(f.account);
	store_close(f.store);
	die_without_closing(&f);
	snprintf(path, sizeof(path), "%s/accounts/07/%016d/%064d", f.folder, 7, 0);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	CHECK(fd >= 0);
	close(fd);
	CHECK_INT(store_open(&(struct store_options){ .folder = f.folder }, &f.store),
		  ERR_NONE);
	CHECK_INT(account_open(f.store, 7, &f.account), ERR_NONE);
	CHECK(access(path, F_OK) != 0);
	CHECK(f.account->modseq > before + 10000);
	fixture_done(&f);
}

TEST(after_a_clean_stop_numbers_go_on)
{
	struct fixture f;
	uint64_t before;

	fixture_init(&f);
	before = f.account->modseq;
	fixture_reopen(&f);
	CHECK_INT(f.account->modseq, before);
	fixture_done(&f);
}

/* As SQLite does by itself when the disk is full. */
TEST(a_lost_transaction_fails_the_rest_of_its_group)
{
	struct incoming *m;
	struct append what;
	struct fixture f;
	uint32_t uid;

	fixture_init(&f);
	m = fixture_message(&f, text);
	what = (struct append){ .message = m };
	fixture_begin(&f);
	CHECK_INT(message_append(f.account, f.inbox, &what, &uid, NULL), ERR_NONE);
	CHECK_INT(db_execute(f.account->db, "ROLLBACK"), ERR_NONE);
	CHECK(!account_in_transaction(f.account));
	CHECK_INT(message_append(f.account, f.inbox, &what, &uid, NULL), ERR_LATER);
	CHECK_INT(account_commit(f.account), ERR_LATER);
	CHECK_SLICE(fixture_list(&f, f.inbox), S(""));
	fixture_begin(&f);
	CHECK_INT(message_append(f.account, f.inbox, &what, &uid, NULL), ERR_NONE);
	fixture_commit(&f);
	incoming_free(m);
	fixture_done(&f);
}

TEST(databases_are_for_their_owner_only)
{
	static const char *const names[] = { "directory.db",
					     "accounts/07/0000000000000007/mail.db",
					     "journal/0000000000001000" };
	mode_t mask = umask(0);
	struct fixture f;

	fixture_init(&f);
	umask(mask);
	for (size_t i = 0; i < countof(names); i++) {
		char path[128];
		struct stat at;

		snprintf(path, sizeof(path), "%s/%s", f.folder, names[i]);
		CHECK_INT(stat(path, &at), 0);
		CHECK_INT(at.st_mode & 0777, 0600);
	}
	fixture_done(&f);
}
