#include "actor/actors.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "actor/actor_kind.h"
#include "base/container.h"
#include "base/map.h"

enum { ROUNDS_MAX = 8 }; /* groups of one account in a row, then others come in between */

struct actor {
	int64_t id;
	struct actors *all;
	struct work work;
	const struct actor_kind *kind;
	void *handle; /* only the worker that runs the actor touches it */
	struct ticket_list tickets;
	struct watcher *watchers;
	struct actor *older, *newer; /* among the idle ones with a handle */
	bool is_busy;                /* submitted or running: it belongs to a worker */
	_Atomic bool is_retired; /* its account is being deleted; set under the lock */
	bool is_late;            /* in the list of those with tickets for later */
	struct actor *next_late;
};

struct actors {
	struct store *store;
	struct workers *workers;
	uint32_t handles_max;
	void (*changed)(void *context, int64_t account); /* may be NULL */
	void *context;
	void (*opened)(void *context, int64_t account); /* likewise */
	void *opened_context;
	pthread_mutex_t lock; /* over all below, and the lists of each actor */
	pthread_cond_t idle;  /* an actor came to rest */
	struct map by_id;
	struct actor *oldest, *newest;
	uint32_t handle_count;
	struct actor *late;
	bool is_later_set; /* on the loop of whoever set it */
	struct timer later;
};

static void run_actor(struct work *w);
static void later_came(struct timer *t);

struct actors *actors_new(struct store *s, struct workers *w, uint32_t handles_max)
{
	struct actors *a = calloc(1, sizeof(*a));

	assert(a);
	*a = (struct actors){ .store = s, .workers = w, .handles_max = handles_max };
	a->later.fire = later_came;
	map_init(&a->by_id, MAP_BORROWS_KEYS);
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->idle, NULL);
	return a;
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
	*actor = (struct actor){ .id = id,
				 .all = a,
				 .kind = id == JOB_QUEUE ? &queue_kind : &account_kind,
				 .work.run = run_actor };
	ticket_list_init(&actor->tickets);
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
	if (actor->is_busy || actor->handle || actor->watchers || actor->is_retired ||
	    actor->tickets.first || actor->is_late)
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
	if (actor->tickets.first) return true;
	actor->is_busy = false;
	if (actor->handle && actor->kind == &account_kind) join_idle_list(a, actor);
	pthread_cond_broadcast(&a->idle);
	forget_if_empty(a, actor);
	return false;
}

static void enqueue(struct ticket *t)
{
	struct actors *a = t->queue;
	bool is_waited_for = !t->loop; /* t may be answered once the lock is given back */
	bool submit;

	pthread_mutex_lock(&a->lock);
	struct actor *actor = find_or_add(a, t->job->account);
	ticket_list_add(&actor->tickets, t);
	submit = occupy(a, actor);
	pthread_mutex_unlock(&a->lock);
	if (submit && is_waited_for)
		workers_submit(a->workers, WORK_URGENT, &actor->work);
	else if (submit)
		workers_submit_next(a->workers, &actor->work);
}

void actors_submit(struct actors *a, struct ticket *t)
{
	t->queue = a;
	ticket_start(t, a->workers, enqueue);
}

/* --- what may wait --- */

static void enqueue_late(struct ticket *t)
{
	struct actors *a = t->queue;
	struct loop *loop = t->loop; /* t may be answered once the lock is given back */
	bool set = false;

	pthread_mutex_lock(&a->lock);
	struct actor *actor = find_or_add(a, t->job->account);
	ticket_list_add(&actor->tickets, t);
	if (!actor->is_busy && !actor->is_late) {
		actor->is_late = true;
		actor->next_late = a->late;
		a->late = actor;
		set = !a->is_later_set;
		a->is_later_set = true;
	}
	pthread_mutex_unlock(&a->lock);
	if (set) timer_set(loop, &a->later, loop_now_ms(loop) + ACTORS_LATER_MS);
}

void actors_submit_later(struct actors *a, struct ticket *t)
{
	assert(!t->job->prepare);
	t->queue = a;
	ticket_start(t, a->workers, enqueue_late);
}

/* Under the lock; most have had their turn with another job meanwhile. */
static void begin_late(struct actors *a, struct actor *actor)
{
	actor->is_late = false;
	if (!actor->tickets.first)
		forget_if_empty(a, actor);
	else if (occupy(a, actor))
		workers_submit(a->workers, WORK_URGENT, &actor->work);
}

void actors_flush(struct actors *a)
{
	pthread_mutex_lock(&a->lock);
	while (a->late) {
		struct actor *actor = a->late;

		a->late = actor->next_late;
		begin_late(a, actor);
	}
	pthread_mutex_unlock(&a->lock);
}

static void later_came(struct timer *t)
{
	struct actors *a = CONTAINER_OF(t, struct actors, later);

	pthread_mutex_lock(&a->lock);
	a->is_later_set = false;
	pthread_mutex_unlock(&a->lock);
	actors_flush(a);
}

void actors_on_change(struct actors *a, void (*changed)(void *context, int64_t account),
		      void *context)
{
	a->changed = changed;
	a->context = context;
}

void actors_on_open(struct actors *a, void (*opened)(void *context, int64_t account),
		    void *context)
{
	a->opened = opened;
	a->opened_context = context;
}

static void tell_of_opening(const struct actor *actor)
{
	const struct actors *a = actor->all;

	if (a->opened && actor->kind == &account_kind)
		a->opened(a->opened_context, actor->id);
}

static void tell_of_change(const struct actor *actor)
{
	const struct actors *a = actor->all;

	if (a->changed && actor->kind == &account_kind) a->changed(a->context, actor->id);
}

static void notify(struct actors *a, struct actor *actor)
{
	tell_of_change(actor);
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
	e = actor->kind->open(a->store, actor->id, &actor->handle);
	if (e) return e;
	pthread_mutex_lock(&a->lock);
	a->handle_count++;
	pthread_mutex_unlock(&a->lock);
	tell_of_change(actor);
	tell_of_opening(actor);
	return ERR_NONE;
}

static void close_handle(struct actor *actor)
{
	struct actors *a = actor->all;

	if (!actor->handle) return;
	actor->kind->close(actor->handle);
	actor->handle = NULL;
	pthread_mutex_lock(&a->lock);
	a->handle_count--;
	pthread_mutex_unlock(&a->lock);
}

static void run_tickets(struct actor *actor, struct ticket *list)
{
	enum err e = open_handle(actor);

	if (e) {
		ticket_finish_all(list, e);
		return;
	}
	if (!group_run(&actor->kind->group, actor->handle, list)) return;
	if (actor->kind->take_changed(actor->handle)) notify(actor->all, actor);
	actor->kind->checkpoint(actor->handle);
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
		struct ticket *list = ticket_list_take(&actor->tickets);
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
	actor->is_retired = true; /* from here on it is not forgotten */
	while (!occupy(a, actor))
		pthread_cond_wait(&a->idle, &a->lock);
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

		if (actor->handle) actor->kind->close(actor->handle);
		free(actor);
	}
	map_done(&a->by_id);
	pthread_cond_destroy(&a->idle);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
