#include "server/actors.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/container.h"
#include "base/map.h"

enum { ROUNDS_MAX = 8 }; /* groups of one account in a row, then others come in between */

struct actor {
	int64_t id;
	struct actors *all;
	struct work work;
	struct account *handle; /* only the worker that runs the actor touches it */
	struct ticket *first, **last;
	struct watcher *watchers;
	struct actor *older, *newer; /* among the idle ones with a handle */
	bool is_busy;                /* submitted or running: it belongs to a worker */
	bool is_retired;             /* its account is being deleted */
};

struct actors {
	struct store *store;
	struct workers *workers;
	uint32_t handles_max;
	_Atomic uint64_t quota;
	pthread_mutex_t lock; /* over all below, and the lists of each actor */
	pthread_cond_t idle;  /* an actor came to rest */
	struct map by_id;
	struct actor *oldest, *newest;
	uint32_t handle_count;
};

static void run_actor(struct work *w);

struct actors *actors_new(struct store *s, struct workers *w, uint32_t handles_max)
{
	struct actors *a = calloc(1, sizeof(*a));

	assert(a);
	*a = (struct actors){ .store = s, .workers = w, .handles_max = handles_max };
	map_init(&a->by_id, MAP_BORROWS_KEYS);
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->idle, NULL);
	return a;
}

void actors_set_quota(struct actors *a, uint64_t octets)
{
	a->quota = octets;
}

static slice id_key(const int64_t *id)
{
	return (slice){ (const char *)id, sizeof(*id) };
}

static struct actor *find_or_add(struct actors *a, int64_t id)
{
	struct actor *actor = map_find(&a->by_id, id_key(&id));

	if (actor) return actor;
	actor = calloc(1, sizeof(*actor));
	assert(actor);
	*actor = (struct actor){ .id = id, .all = a, .work.run = run_actor };
	actor->last = &actor->first;
	map_put(&a->by_id, id_key(&actor->id), actor);
	return actor;
}

static void leave_idle_list(struct actors *a, struct actor *actor)
{
	if (actor->older)
		actor->older->newer = actor->newer;
	else if (a->oldest == actor)
		a->oldest = actor->newer;
	if (actor->newer)
		actor->newer->older = actor->older;
	else if (a->newest == actor)
		a->newest = actor->older;
	actor->older = actor->newer = NULL;
}

static void join_idle_list(struct actors *a, struct actor *actor)
{
	actor->older = a->newest;
	if (a->newest)
		a->newest->newer = actor;
	else
		a->oldest = actor;
	a->newest = actor;
}

/* An actor that has nothing to keep is forgotten. */
static void forget_if_empty(struct actors *a, struct actor *actor)
{
	if (actor->is_busy || actor->handle || actor->watchers || actor->is_retired)
		return;
	map_remove(&a->by_id, id_key(&actor->id));
	free(actor);
}

/* Under the lock. Makes it the caller's; false when it is a worker's already. */
static bool occupy(struct actors *a, struct actor *actor)
{
	if (actor->is_busy) return false;
	actor->is_busy = true;
	leave_idle_list(a, actor);
	return true;
}

/* Under the lock. Whoever held it lets go; true: there is work again, and it stays busy.
 */
static bool vacate(struct actors *a, struct actor *actor)
{
	if (actor->first) return true;
	actor->is_busy = false;
	if (actor->handle) join_idle_list(a, actor);
	pthread_cond_broadcast(&a->idle);
	forget_if_empty(a, actor);
	return false;
}

static void enqueue(struct ticket *t)
{
	struct actors *a = t->actors;
	bool submit;

	pthread_mutex_lock(&a->lock);
	struct actor *actor = find_or_add(a, t->job->account);
	t->next = NULL;
	*actor->last = t;
	actor->last = &t->next;
	submit = occupy(a, actor);
	pthread_mutex_unlock(&a->lock);
	if (submit) workers_submit(a->workers, WORK_URGENT, &actor->work);
}

static void prepare(struct work *w)
{
	struct ticket *t = CONTAINER_OF(w, struct ticket, work);

	t->job->prepare(t->job);
	enqueue(t);
}

static void answer(struct task *task)
{
	struct ticket *t = CONTAINER_OF(task, struct ticket, task);

	t->job->done(t->job, t->outcome);
	if (t->answered) t->answered(t);
}

void actors_submit(struct actors *a, struct ticket *t)
{
	t->actors = a;
	t->task.run = answer;
	if (!t->job->prepare) {
		enqueue(t);
		return;
	}
	t->work = (struct work){ .run = prepare };
	workers_submit(a->workers, WORK_LONG, &t->work);
}

static void finish(struct ticket *t)
{
	loop_post(t->loop, &t->task);
}

static void finish_all(struct ticket *list, enum err outcome)
{
	while (list) {
		struct ticket *next = list->next;

		list->outcome = outcome;
		finish(list);
		list = next;
	}
}

/* Runs each job in a savepoint of its own. False: the database lost the transaction. */
static bool run_in_savepoints(struct account *handle, struct ticket *list)
{
	for (struct ticket *t = list; t; t = t->next) {
		t->outcome = account_savepoint(handle);
		if (!t->outcome) t->outcome = t->job->run(t->job, handle);
		if (!account_in_transaction(handle)) return false;
		if (!t->outcome)
			t->outcome = account_release(handle);
		else
			account_rollback_to(handle);
	}
	return true;
}

static enum job_level strongest(const struct ticket *list)
{
	enum job_level level = JOB_READS;

	for (; list; list = list->next)
		if (list->job->level > level) level = list->job->level;
	return level;
}

/* One transaction for all of the list. False: it was lost and nothing was answered. */
static bool run_group(struct account *handle, struct ticket *list)
{
	enum err e = account_begin(handle, strongest(list));

	if (e) {
		finish_all(list, e);
		return true;
	}
	if (!run_in_savepoints(handle, list)) {
		account_rollback(handle);
		return false;
	}
	e = account_commit(handle);
	while (list) {
		struct ticket *next = list->next;

		if (e && !list->outcome) list->outcome = ERR_LATER;
		finish(list);
		list = next;
	}
	return true;
}

/* After a lost transaction (a full disk) each job has to stand for itself. */
static void run_alone(struct account *handle, struct ticket *list)
{
	while (list) {
		struct ticket *next = list->next;

		list->next = NULL;
		if (!run_group(handle, list)) finish_all(list, ERR_LATER);
		list = next;
	}
}

/* Runs the readers and returns the writers, in order. */
static struct ticket *run_readers(struct account *handle, struct ticket *list)
{
	struct ticket *writers = NULL, **last = &writers;

	while (list) {
		struct ticket *t = list;

		list = t->next;
		t->next = NULL;
		if (t->job->level == JOB_READS) {
			t->outcome = t->job->run(t->job, handle);
			finish(t);
		} else {
			*last = t;
			last = &t->next;
		}
	}
	return writers;
}

static void notify(struct actors *a, struct actor *actor)
{
	pthread_mutex_lock(&a->lock);
	for (struct watcher *w = actor->watchers; w; w = w->next) {
		w->has_changed = true;
		loop_post(w->loop, &w->task);
	}
	pthread_mutex_unlock(&a->lock);
}

static enum err open_handle(struct actor *actor)
{
	struct actors *a = actor->all;
	enum err e;

	if (actor->is_retired) return ERR_NOT_FOUND;
	if (actor->handle) return ERR_NONE;
	e = account_open(a->store, actor->id, &actor->handle);
	if (e) return e;
	account_set_quota(actor->handle, a->quota);
	pthread_mutex_lock(&a->lock);
	a->handle_count++;
	pthread_mutex_unlock(&a->lock);
	return ERR_NONE;
}

static void close_handle(struct actor *actor)
{
	struct actors *a = actor->all;

	if (!actor->handle) return;
	account_close(actor->handle);
	actor->handle = NULL;
	pthread_mutex_lock(&a->lock);
	a->handle_count--;
	pthread_mutex_unlock(&a->lock);
}

static void run_tickets(struct actor *actor, struct ticket *list)
{
	enum err e = open_handle(actor);
	struct ticket *writers;

	if (e) {
		finish_all(list, e);
		return;
	}
	writers = run_readers(actor->handle, list);
	if (!writers) return;
	if (!run_group(actor->handle, writers)) run_alone(actor->handle, writers);
	if (account_take_changed(actor->handle)) notify(actor->all, actor);
	account_checkpoint(actor->handle);
}

/* Under the lock: the longest idle actor, now the caller's, when too many are open. */
static struct actor *take_victim(struct actors *a)
{
	struct actor *victim = a->oldest;

	if (a->handle_count <= a->handles_max || !victim) return NULL;
	occupy(a, victim);
	return victim;
}

static void close_surplus(struct actors *a)
{
	for (;;) {
		pthread_mutex_lock(&a->lock);
		struct actor *victim = take_victim(a);
		pthread_mutex_unlock(&a->lock);
		if (!victim) return;
		close_handle(victim);
		pthread_mutex_lock(&a->lock);
		bool again = vacate(a, victim);
		pthread_mutex_unlock(&a->lock);
		if (again) workers_submit(a->workers, WORK_URGENT, &victim->work);
	}
}

static void run_actor(struct work *w)
{
	struct actor *actor = CONTAINER_OF(w, struct actor, work);
	struct actors *a = actor->all;
	bool again = true;

	for (int round = 0; again && round < ROUNDS_MAX; round++) {
		pthread_mutex_lock(&a->lock);
		struct ticket *list = actor->first;
		actor->first = NULL;
		actor->last = &actor->first;
		pthread_mutex_unlock(&a->lock);
		run_tickets(actor, list);
		pthread_mutex_lock(&a->lock);
		again = vacate(a, actor);
		pthread_mutex_unlock(&a->lock);
	}
	if (again) workers_submit(a->workers, WORK_URGENT, w);
	close_surplus(a);
}

static void tell(struct task *task)
{
	struct watcher *w = CONTAINER_OF(task, struct watcher, task);

	if (!w->actor) return; /* unwatched since it was posted */
	if (w->has_ended) {
		w->ended(w);
		return;
	}
	w->has_changed = false;
	w->changed(w);
}

void actors_watch(struct actors *a, struct watcher *w)
{
	w->task.run = tell;
	w->has_changed = w->has_ended = false;
	pthread_mutex_lock(&a->lock);
	w->actor = find_or_add(a, w->account);
	w->next = w->actor->watchers;
	w->link = &w->actor->watchers;
	if (w->next) w->next->link = &w->next;
	w->actor->watchers = w;
	pthread_mutex_unlock(&a->lock);
}

void actors_unwatch(struct actors *a, struct watcher *w)
{
	if (!w->actor) return;
	pthread_mutex_lock(&a->lock);
	*w->link = w->next;
	if (w->next) w->next->link = w->link;
	forget_if_empty(a, w->actor);
	w->actor = NULL;
	pthread_mutex_unlock(&a->lock);
}

void actors_end_sessions(struct actors *a, int64_t account)
{
	pthread_mutex_lock(&a->lock);
	struct actor *actor = map_find(&a->by_id, id_key(&account));
	for (struct watcher *w = actor ? actor->watchers : NULL; w; w = w->next) {
		w->has_ended = true;
		loop_post(w->loop, &w->task);
	}
	pthread_mutex_unlock(&a->lock);
}

void actors_retire(struct actors *a, int64_t account)
{
	pthread_mutex_lock(&a->lock);
	struct actor *actor = find_or_add(a, account);
	while (actor->is_busy)
		pthread_cond_wait(&a->idle, &a->lock);
	actor->is_retired = true;
	occupy(a, actor);
	pthread_mutex_unlock(&a->lock);
	close_handle(actor);
	pthread_mutex_lock(&a->lock);
	bool again = vacate(a, actor);
	pthread_mutex_unlock(&a->lock);
	if (again) workers_submit(a->workers, WORK_URGENT, &actor->work);
}

void actors_free(struct actors *a)
{
	const struct map_entry *entry;
	size_t cursor = 0;

	if (!a) return;
	while ((entry = map_next(&a->by_id, &cursor))) {
		struct actor *actor = entry->value;

		if (actor->handle) account_close(actor->handle);
		free(actor);
	}
	map_done(&a->by_id);
	pthread_cond_destroy(&a->idle);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
