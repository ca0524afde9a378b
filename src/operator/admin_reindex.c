/*
 * postroom reindex: an account's search index, made anew
 *
 * A request does a part of the work and says how far it came, so that who asked can show
 * that and ask again (cli_reindex.c). Steps are small jobs: mail goes on meanwhile.
 */
#include "actor/errand.h"
#include "base/clock.h"
#include "base/container.h"
#include "operator/admin_account.h"
#include "store/search_index.h"

enum { PART_MS = 300 }; /* of one request, or until a segment is written */

struct reindexing {
	const struct admin *admin;
	int64_t account;
	struct account *own; /* without a server */
	struct job job;
	enum index_state state;
	uint64_t done, goal;
};

static enum err run_reset(struct job *, struct account *a)
{
	return search_index_reset(a);
}

static enum err run_step(struct job *j, struct account *a)
{
	return search_index_step(a, &CONTAINER_OF(j, struct reindexing, job)->state);
}

static enum err run_settling(struct job *, struct account *a)
{
	return search_index_settle(a);
}

static enum err run_count(struct job *j, struct account *a)
{
	struct reindexing *r = CONTAINER_OF(j, struct reindexing, job);

	return search_index_progress(a, &r->done, &r->goal);
}

static enum err do_job(struct reindexing *r, enum job_level level,
		       enum err (*run)(struct job *j, struct account *a))
{
	r->job = (struct job){ .account = r->account, .level = level, .run = run };
	return errand_run_account(r->admin->actors, r->own, &r->job);
}

/* Without a server, what is in memory ends with the request: so a part ends with a
 * segment, which a mark to be settled tells. */
static enum err do_part(struct reindexing *r)
{
	int64_t end_ms = clock_monotonic_ms() + PART_MS;
	bool has_written = false;
	enum err e = ERR_NONE;

	r->state = INDEX_WORKING;
	while (!e && r->state != INDEX_READY &&
	       !(has_written && clock_monotonic_ms() >= end_ms)) {
		has_written = r->state == INDEX_UNSETTLED;
		if (has_written) e = do_job(r, JOB_WRITES_FLAGS, run_settling);
		if (!e) e = do_job(r, JOB_READS, run_step);
	}
	return e;
}

static enum err work(struct reindexing *r, bool anew)
{
	enum err e = anew ? do_job(r, JOB_READS, run_reset) : ERR_NONE;

	if (!e) e = do_part(r);
	return e ? e : do_job(r, JOB_READS, run_count);
}

static enum err reindex(const struct admin *a, const struct admin_request *r,
			const struct directory *d)
{
	struct reindexing x = { .admin = a };
	struct account_view account;
	enum err e = admin_find_account(d, r->words[0], &account);

	if (e) return e;
	x.account = account.id;
	if (!a->actors) e = account_open(a->store, account.id, &x.own);
	if (e) return e;
	e = work(&x, r->count == 1);
	if (x.own) account_close(x.own);
	if (!e)
		buf_addf(r->out, "%s %llu of %llu emails\n",
			 x.state == INDEX_READY ? "indexed" : "indexing",
			 (unsigned long long)x.done, (unsigned long long)x.goal);
	return e;
}

enum cli_status admin_reindex(const struct admin *a, const struct admin_request *r)
{
	return admin_with_directory(a, r, reindex);
}
