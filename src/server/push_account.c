#include <assert.h>
#include <stdlib.h>

#include "base/container.h"
#include "base/log.h"
#include "jmap/jmap.h"
#include "server/push_private.h"

static void look(struct push_account *a);

/* ---- an account comes and goes ---- */

static slice account_key(const int64_t *account)
{
	return (slice){ (const char *)account, sizeof(*account) };
}

static void account_changed(struct watcher *w)
{
	look(CONTAINER_OF(w, struct push_account, watcher));
}

static void again(struct timer *t)
{
	look(CONTAINER_OF(t, struct push_account, again));
}

static void say_farewell(struct task *t)
{
	free(CONTAINER_OF(t, struct push_account, farewell));
}

static struct push_account *account_new(struct pushing *all, int64_t account)
{
	struct push_account *a = calloc(1, sizeof(*a));

	assert(a);
	a->all = all;
	a->account = account;
	a->again.fire = again;
	a->farewell.run = say_farewell;
	list_init(&a->pushes);
	list_init(&a->found);
	buf_init(&a->states, JMAP_STATES_MAX);
	buf_init(&a->found_states, JMAP_STATES_MAX);
	a->watcher = (struct watcher){ .account = account,
				       .loop = all->loop,
				       .changed = account_changed,
				       .ended = account_changed };
	map_put(&all->by_account, account_key(&a->account), a);
	actors_watch(all->server->actors, &a->watcher);
	return a;
}

static void free_pushes(struct list_link *list)
{
	struct list_link *l;

	while ((l = list_take_first(list)))
		push_free(LIST_ENTRY(l, struct push, link));
}

static void account_done(struct push_account *a)
{
	free_pushes(&a->pushes);
	free_pushes(&a->found);
	buf_done(&a->states);
	buf_done(&a->found_states);
}

/* Tasks that still name its watcher run before the farewell. */
static void let_go(struct push_account *a)
{
	struct pushing *all = a->all;

	map_remove(&all->by_account, account_key(&a->account));
	actors_unwatch(all->server->actors, &a->watcher);
	timer_cancel(all->loop, &a->again);
	account_done(a);
	loop_post(all->loop, &a->farewell);
}

void push_account_settle(struct push_account *a)
{
	struct pushing *all = a->all;

	LIST_EACH (&a->pushes, l)
		push_consider(LIST_ENTRY(l, struct push, link));
	if (list_empty(&a->pushes) && !a->posts && !a->is_at_work && !all->is_stopping)
		let_go(a);
	pushing_leave_if_idle(all);
}

void push_account_stop(struct push_account *a)
{
	timer_cancel(a->all->loop, &a->again);
	LIST_EACH (&a->pushes, l)
		timer_cancel(a->all->loop, &LIST_ENTRY(l, struct push, link)->timer);
}

void push_account_free(struct push_account *a)
{
	account_done(a);
	free(a);
}

/* ---- jobs ---- */

static void submit(struct push_account *a, enum job_level level,
		   enum err (*run)(struct job *, struct account *),
		   void (*done)(struct job *, enum err))
{
	a->is_at_work = true;
	a->job = (struct job){
		.account = a->account, .level = level, .run = run, .done = done
	};
	a->ticket = (struct ticket){ .job = &a->job, .loop = a->all->loop };
	actors_submit(a->all->server->actors, &a->ticket);
}

/* The account's database was in trouble, unless it is gone. */
static void try_later(struct push_account *a, enum err e)
{
	log_event(LOG_WARNING, "push.trouble", LOG_INT("account", a->account),
		  LOG_ERR("error", e));
	if (!a->all->is_stopping)
		timer_set(a->all->loop, &a->again,
			  loop_now_ms(a->all->loop) + PUSH_AGAIN_MS);
}

/* The job is done; what has come up meanwhile is next. */
static void go_on(struct push_account *a)
{
	a->is_at_work = false;
	if (a->all->is_stopping) return;
	if (a->has_changed) look(a);
	push_account_write(a);
	push_account_settle(a);
}

/* ---- WRITE ---- */

static enum err run_write(struct job *j, struct account *account)
{
	struct push_account *a = CONTAINER_OF(j, struct push_account, job);
	enum err e = ERR_NONE;

	for (unsigned i = 0; i < a->remove_count && !e; i++) {
		e = jmap_push_remove(account, a->removes[i]);
		if (e == ERR_NOT_FOUND) e = ERR_NONE;
	}
	for (unsigned i = 0; i < a->asked_count && !e; i++) {
		e = jmap_push_asked(account, a->asked[i]);
		if (e == ERR_NOT_FOUND) e = ERR_NONE;
	}
	return e;
}

/* What was written is seen by the look that follows the change. */
static void written(struct job *j, enum err outcome)
{
	struct push_account *a = CONTAINER_OF(j, struct push_account, job);

	a->is_at_work = false;
	if (outcome)
		try_later(a, outcome);
	else
		look(a);
}

static void gather(struct push_account *a)
{
	a->remove_count = a->asked_count = 0;
	LIST_EACH (&a->pushes, l) {
		const struct push *p = LIST_ENTRY(l, struct push, link);

		if (p->is_gone) continue;
		if (p->is_over && a->remove_count < JMAP_PUSHES_MAX)
			a->removes[a->remove_count++] = p->what.id;
		else if (p->is_delivered && !p->what.was_asked && !p->what.is_verified &&
			 a->asked_count < JMAP_PUSHES_MAX)
			a->asked[a->asked_count++] = p->what.id;
	}
}

void push_account_write(struct push_account *a)
{
	if (a->is_at_work || a->all->is_stopping || timer_is_set(&a->again)) return;
	gather(a);
	if (a->remove_count || a->asked_count) submit(a, JOB_WRITES, run_write, written);
}

/* ---- LOOK ---- */

static void find(void *context, const struct jmap_push *what)
{
	struct push_account *a = context;
	struct push *p = push_new(what);

	p->of = a;
	list_add_last(&a->found, &p->link);
}

static enum err run_look(struct job *j, struct account *account)
{
	struct push_account *a = CONTAINER_OF(j, struct push_account, job);
	enum err e;

	free_pushes(&a->found);
	buf_reset(&a->found_states);
	e = jmap_pushes_each(account, find, a);
	if (e || list_empty(&a->found)) return e;
	return jmap_states_write(account, NULL, 0, &a->found_states);
}

static struct push *find_push(const struct push_account *a, int64_t id)
{
	LIST_EACH (&a->pushes, l) {
		struct push *p = LIST_ENTRY(l, struct push, link);

		if (p->what.id == id && !p->is_gone) return p;
	}
	return NULL;
}

static bool is_found(const struct push_account *a, const struct push *p)
{
	LIST_EACH (&a->found, l)
		if (LIST_ENTRY(l, struct push, link)->what.id == p->what.id) return true;
	return false;
}

/* One that is being told something is freed after that. */
static void drop_lost(struct push_account *a)
{
	LIST_EACH (&a->pushes, l) {
		struct push *p = LIST_ENTRY(l, struct push, link);

		if (is_found(a, p)) continue;
		timer_cancel(a->all->loop, &p->timer);
		p->is_gone = true;
		if (!p->post) push_free(p);
	}
}

static void take_found(struct push_account *a)
{
	struct list_link *l;

	drop_lost(a);
	while ((l = list_take_first(&a->found))) {
		struct push *fresh = LIST_ENTRY(l, struct push, link);
		struct push *p = find_push(a, fresh->what.id);

		if (p)
			push_renew(p, fresh);
		else
			list_add_last(&a->pushes, &fresh->link);
	}
	buf_reset(&a->states);
	buf_add(&a->states, buf_slice(&a->found_states));
}

static void looked(struct job *j, enum err outcome)
{
	struct push_account *a = CONTAINER_OF(j, struct push_account, job);

	if (a->all->is_stopping) {
		a->is_at_work = false;
		return;
	}
	if (outcome == ERR_NOT_FOUND) free_pushes(&a->found);
	if (!outcome || outcome == ERR_NOT_FOUND)
		take_found(a);
	else
		try_later(a, outcome);
	go_on(a);
}

static void look(struct push_account *a)
{
	if (a->all->is_stopping) return;
	a->has_changed = true;
	if (a->is_at_work) return;
	a->has_changed = false;
	timer_cancel(a->all->loop, &a->again);
	submit(a, JOB_READS, run_look, looked);
}

void push_account_begin(struct pushing *all, int64_t account)
{
	struct push_account *known = map_find(&all->by_account, account_key(&account));

	/* It may just have looked, before what is new was there. */
	look(known ? known : account_new(all, account));
}
