#include "server/indexing.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/map.h"
#include "store/search_index.h"

/* An account that has changed. */
struct due {
	int64_t account, due_ms;
	struct due *next;
};

struct indexing {
	struct actors *actors;
	struct loop *loop;
	struct task told; /* posted when the first account is due */
	pthread_mutex_t lock;
	struct map by_account; /* of those that wait */
	struct due *first, *last;

	/* On the loop. */
	struct timer timer;
	struct due *current; /* whose index is worked on */
	enum index_state state;
	struct ticket ticket;
	struct job job;
};

/* --- accounts that wait --- */

static slice account_key(const int64_t *account)
{
	return (slice){ (const char *)account, sizeof(*account) };
}

static void append(struct indexing *x, int64_t account)
{
	struct due *d = calloc(1, sizeof(*d));

	assert(d);
	*d = (struct due){ account, clock_monotonic_ms() + INDEXING_DELAY_MS, NULL };
	map_put(&x->by_account, account_key(&d->account), d);
	if (x->last)
		x->last->next = d;
	else
		x->first = d;
	x->last = d;
}

/* On a worker. */
static void account_changed(void *context, int64_t account)
{
	struct indexing *x = context;
	bool is_first;

	pthread_mutex_lock(&x->lock);
	is_first = !x->first;
	if (!map_find(&x->by_account, account_key(&account))) append(x, account);
	pthread_mutex_unlock(&x->lock);
	if (is_first) loop_post(x->loop, &x->told);
}

static struct due *take_first(struct indexing *x)
{
	struct due *d;

	pthread_mutex_lock(&x->lock);
	d = x->first;
	x->first = d->next;
	if (!x->first) x->last = NULL;
	map_remove(&x->by_account, account_key(&d->account));
	pthread_mutex_unlock(&x->lock);
	return d;
}

static void wait_for_first(struct indexing *x)
{
	struct due *d;

	if (x->current) return;
	pthread_mutex_lock(&x->lock);
	d = x->first;
	pthread_mutex_unlock(&x->lock);
	if (d) timer_set(x->loop, &x->timer, d->due_ms);
}

static void heard(struct task *t)
{
	wait_for_first(CONTAINER_OF(t, struct indexing, told));
}

/* --- working --- */

static enum err run_step(struct job *j, struct account *a)
{
	struct indexing *x = CONTAINER_OF(j, struct indexing, job);

	return search_index_step(a, &x->state);
}

static enum err run_settling(struct job *j, struct account *a)
{
	struct indexing *x = CONTAINER_OF(j, struct indexing, job);

	x->state = INDEX_WORKING;
	return search_index_settle(a);
}

static void done(struct job *j, enum err outcome)
{
	struct indexing *x = CONTAINER_OF(j, struct indexing, job);

	if (!outcome && x->state != INDEX_READY) {
		timer_set(x->loop, &x->timer, loop_now_ms(x->loop) + INDEXING_PAUSE_MS);
		return;
	}
	free(x->current);
	x->current = NULL;
	wait_for_first(x);
}

static void go_on(struct timer *t)
{
	struct indexing *x = CONTAINER_OF(t, struct indexing, timer);
	bool settles = x->current && x->state == INDEX_UNSETTLED;

	if (!x->current) x->current = take_first(x);
	x->job = (struct job){ .account = x->current->account,
			       .level = settles ? JOB_WRITES_FLAGS : JOB_READS,
			       .run = settles ? run_settling : run_step,
			       .done = done };
	x->ticket = (struct ticket){ .job = &x->job, .loop = x->loop };
	actors_submit(x->actors, &x->ticket);
}

struct indexing *indexing_new(struct actors *a, struct loop *loop)
{
	struct indexing *x = calloc(1, sizeof(*x));

	assert(x);
	x->actors = a;
	x->loop = loop;
	x->told.run = heard;
	x->timer.fire = go_on;
	map_init(&x->by_account, MAP_BORROWS_KEYS);
	pthread_mutex_init(&x->lock, NULL);
	actors_on_change(a, account_changed, x);
	return x;
}

void indexing_free(struct indexing *x)
{
	if (!x) return;
	while (x->first)
		free(take_first(x));
	free(x->current);
	map_done(&x->by_account);
	pthread_mutex_destroy(&x->lock);
	free(x);
}
