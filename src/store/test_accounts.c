#include "store/test_accounts.h"

#include <stdlib.h>

#include "store/message.h"

enum { NAME_ARENA = 8 * 1024 };

static void must(enum err e)
{
	if (e) abort();
}

void test_accounts_init(struct test_accounts *t)
{
	const struct store_options options = { .folder = NULL };

	*t = (struct test_accounts){ 0 };
	must(store_open(&options, &t->store));
}

void test_accounts_done(struct test_accounts *t)
{
	for (size_t i = 0; i < TEST_ACCOUNTS_MAX; i++)
		if (t->list[i]) account_close(t->list[i]);
	store_close(t->store);
}

struct account *test_account(struct test_accounts *t, int64_t id)
{
	struct account **a = &t->list[id - 1];

	if (!*a) must(account_open(t->store, id, a));
	return *a;
}

static enum err run_writing(struct account *a, struct job *j, enum err failure)
{
	enum err e, commit;

	must(account_begin(a, j->level));
	must(account_savepoint(a));
	e = j->run(j, a);
	if (!e) e = failure;
	if (e)
		account_rollback_to(a);
	else
		e = account_release(a);
	commit = account_commit(a);
	return e ? e : commit;
}

enum err test_run_job(struct test_accounts *t, struct job *j, enum err failure)
{
	struct account *a = test_account(t, j->account);
	enum err outcome;

	if (j->prepare) j->prepare(j);
	if (j->level == JOB_READS)
		outcome = j->run(j, a);
	else
		outcome = run_writing(a, j, failure);
	if (!outcome) outcome = failure;
	j->done(j, outcome);
	return outcome;
}

static int64_t find_inbox(struct account *a)
{
	struct mailbox inbox;
	struct arena arena;

	arena_init(&arena, NAME_ARENA);
	must(mailbox_find(a, S("INBOX"), &arena, &inbox));
	arena_done(&arena);
	return inbox.id;
}

void test_deliver(struct test_accounts *t, int64_t account, slice message,
		  int64_t received)
{
	struct account *a = test_account(t, account);
	struct incoming *m = incoming_new(t->store);
	struct append what = { .message = m, .received = received };
	uint32_t uid;

	must(incoming_add(m, message));
	must(incoming_finish(m));
	must(account_begin(a, JOB_WRITES));
	must(message_append(a, find_inbox(a), &what, &uid, NULL));
	must(account_commit(a));
	incoming_free(m);
}
