#include "actor/actors.h"

#include <stdatomic.h>
#include <unistd.h>

#include "base/container.h"
#include "base/test.h"
#include "store/mailbox.h"

enum { JOBS = 200, ACCOUNTS = 20, HANDLES = 4 };

struct fixture {
	struct store *store;
	struct workers *workers;
	struct loop *loop;
	struct actors *actors;
	int waiting;
	int failed;
	int changes;
};

struct test_job {
	struct job job;
	struct ticket ticket;
	struct fixture *f;
	int number;
	bool fails;
};

static void fixture_init(struct fixture *f)
{
	const struct store_options options = { .durable = false };

	*f = (struct fixture){ 0 };
	CHECK_INT(store_open(&options, &f->store), ERR_NONE);
	f->workers = workers_new(4, 0);
	f->loop = loop_new();
	f->actors = actors_new(f->store, f->workers, HANDLES);
}

static void fixture_done(struct fixture *f)
{
	workers_free(f->workers);
	loop_free(f->loop);
	actors_free(f->actors);
	store_close(f->store);
}

static enum err create(struct job *j, struct account *a)
{
	struct test_job *t = CONTAINER_OF(j, struct test_job, job);
	char name[32];
	int64_t id;
	int n = snprintf(name, sizeof(name), "box-%d", t->number);
	enum err e = mailbox_create(a, (slice){ name, (size_t)n }, USE_NONE, &id);

	return t->fails ? ERR_DENIED : e;
}

static void count_done(struct job *j, enum err outcome)
{
	struct test_job *t = CONTAINER_OF(j, struct test_job, job);

	t->f->failed += outcome != ERR_NONE;
	if (--t->f->waiting == 0) loop_stop(t->f->loop, 0);
}

static void begin(struct fixture *f, struct test_job *t, int64_t account,
		  enum err (*run)(struct job *, struct account *))
{
	t->f = f;
	t->job = (struct job){
		.account = account, .level = JOB_WRITES, .run = run, .done = count_done
	};
	t->ticket = (struct ticket){ .job = &t->job, .loop = f->loop };
	f->waiting++;
}

static void submit(struct fixture *f, struct test_job *t, int64_t account,
		   enum err (*run)(struct job *, struct account *))
{
	begin(f, t, account, run);
	actors_submit(f->actors, &t->ticket);
}

static bool count_mailbox(void *context, const struct mailbox *)
{
	++*(int *)context;
	return true;
}

static int count_mailboxes(struct fixture *f, int64_t account)
{
	struct account *a;
	int n = 0;

	CHECK_INT(account_open(f->store, account, &a), ERR_NONE);
	CHECK_INT(mailbox_each(a, count_mailbox, &n), ERR_NONE);
	account_close(a);
	return n;
}

/* Every third job fails: it alone is undone, its neighbours in the group stay. Only a few
 * accounts may be open at once, and all are served. */
TEST(actors_run_groups_over_many_accounts)
{
	static struct test_job jobs[JOBS];
	struct fixture f;

	fixture_init(&f);
	for (int i = 0; i < JOBS; i++) {
		jobs[i] = (struct test_job){ .number = i, .fails = i % 3 == 0 };
		submit(&f, &jobs[i], 1 + i % ACCOUNTS, create);
	}
	loop_run(f.loop);
	CHECK_INT(f.failed, (JOBS + 2) / 3);
	workers_free(f.workers);
	f.workers = workers_new(1, 0);
	actors_free(f.actors);
	int all = 0;
	for (int64_t account = 1; account <= ACCOUNTS; account++)
		all += count_mailboxes(&f, account) - 1; /* INBOX */
	CHECK_INT(all, JOBS - f.failed);
	f.actors = actors_new(f.store, f.workers, HANDLES);
	fixture_done(&f);
}

struct test_watcher {
	struct watcher watcher;
	struct fixture *f;
};

static void see_change(struct watcher *w)
{
	struct fixture *f = CONTAINER_OF(w, struct test_watcher, watcher)->f;

	f->changes++;
	loop_stop(f->loop, 0);
}

static void count_only(struct job *j, enum err outcome)
{
	CONTAINER_OF(j, struct test_job, job)->f->failed += outcome != ERR_NONE;
}

TEST(actors_tell_watchers_of_commits)
{
	struct fixture f;
	struct test_job t = { .number = 1 };
	struct test_watcher w = { .f = &f };

	fixture_init(&f);
	w.watcher =
		(struct watcher){ .account = 7, .loop = f.loop, .changed = see_change };
	actors_watch(f.actors, &w.watcher);
	submit(&f, &t, 7, create);
	t.job.done = count_only;
	loop_run(f.loop);
	CHECK_INT(f.changes, 1);
	actors_unwatch(f.actors, &w.watcher);
	fixture_done(&f);
}

TEST(actors_refuse_a_retired_account)
{
	struct fixture f;
	struct test_job t = { .number = 1 };

	fixture_init(&f);
	actors_retire(f.actors, 9);
	submit(&f, &t, 9, create);
	loop_run(f.loop);
	CHECK_INT(f.failed, 1);
	fixture_done(&f);
}

static enum err dawdle(struct job *, struct account *)
{
	usleep(100 * 1000);
	return ERR_NONE;
}

/* The worker closes the handle, as too many are open, and would forget the actor. */
TEST(actors_retire_one_that_is_busy)
{
	struct fixture f;
	struct test_job t = { .number = 1 };

	fixture_init(&f);
	actors_free(f.actors);
	f.actors = actors_new(f.store, f.workers, 0);
	submit(&f, &t, 9, dawdle);
	usleep(20 * 1000);
	actors_retire(f.actors, 9);
	loop_run(f.loop);
	CHECK_INT(f.failed, 0);
	fixture_done(&f);
}

/* The one put off makes the mailbox, so that the other finds it there. */
TEST(actors_do_what_was_put_off_before_what_comes_next)
{
	struct fixture f;
	struct test_job later = { .number = 1 }, next = { .number = 1 };

	fixture_init(&f);
	begin(&f, &later, 3, create);
	actors_submit_later(f.actors, &later.ticket);
	submit(&f, &next, 3, create);
	loop_run(f.loop);
	CHECK_INT(later.ticket.outcome, ERR_NONE);
	CHECK_INT(next.ticket.outcome, ERR_EXISTS);
	fixture_done(&f);
}

TEST(actors_put_nothing_off_for_ever)
{
	struct fixture f;
	struct test_job alone = { .number = 1 }, flushed = { .number = 2 };

	fixture_init(&f);
	begin(&f, &alone, 3, create);
	actors_submit_later(f.actors, &alone.ticket);
	loop_run(f.loop); /* ACTORS_LATER_MS */
	CHECK_INT(alone.ticket.outcome, ERR_NONE);
	CHECK_INT(f.waiting, 0);
	begin(&f, &flushed, 4, create);
	actors_submit_later(f.actors, &flushed.ticket);
	actors_flush(f.actors);
	workers_free(f.workers);
	f.workers = workers_new(1, 0);
	CHECK_INT(flushed.ticket.outcome, ERR_NONE);
	fixture_done(&f);
	CHECK_INT(f.waiting, 0);
}

static void count_call(void *context, int64_t)
{
	atomic_int *count = context;

	++*count;
}

TEST(actors_tell_what_was_opened)
{
	struct test_job jobs[3] = { { .number = 1 }, { .number = 2 }, { .number = 3 } };
	atomic_int opened = 0;
	struct fixture f;

	fixture_init(&f);
	actors_on_open(f.actors, count_call, &opened);
	submit(&f, &jobs[0], 1, create);
	loop_run(f.loop);
	CHECK_INT(opened, 1);
	loop_free(f.loop);
	f.loop = loop_new();
	submit(&f, &jobs[1], 1, create);
	submit(&f, &jobs[2], 2, create);
	loop_run(f.loop);
	CHECK_INT(opened, 2);
	fixture_done(&f);
}
