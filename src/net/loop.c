#include "net/loop.h"

#include <assert.h>
#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/slice.h"
#include "net/timer_heap.h"

/* Of deferred tasks that defer others, before descriptors are asked again. */
enum { ROUNDS_MAX = 8 };

struct queue {
	struct task *first, **last;
};

struct signal_watch {
	struct signal_watch *next;
	struct event *event;
	void (*handle)(void *context);
	void *context;
};

struct loop {
	struct event_base *base;
	int64_t now_ms; /* of this turn; 0 = not yet asked */
	struct timer_heap timers;
	struct event *alarm; /* set to the first timer while the loop waits */

	pthread_mutex_t lock; /* guards posted and the queued flag of what is in it */
	struct queue posted;
	int wake_fd; /* an eventfd, written when posted ceases to be empty */
	struct watch wake;

	struct queue deferred;
	struct list_link residents;
	struct signal_watch *signals;
	struct task stop_task;
	struct timer grace;
	_Atomic int64_t grace_ms;
	bool stopping;
	pthread_t thread;
	char scratch[LOOP_SCRATCH];
};

static void queue_init(struct queue *q)
{
	q->first = NULL;
	q->last = &q->first;
}

/* Whether the queue was empty before. */
static bool queue_add(struct queue *q, struct task *t)
{
	bool was_empty = !q->first;

	t->next = NULL;
	*q->last = t;
	q->last = &t->next;
	return was_empty;
}

static struct task *queue_take_all(struct queue *q)
{
	struct task *all = q->first;

	queue_init(q);
	return all;
}

int64_t loop_now_ms(struct loop *l)
{
	if (l->now_ms == 0) l->now_ms = clock_monotonic_ms();
	return l->now_ms;
}

char *loop_scratch(struct loop *l)
{
	return l->scratch;
}

/* ---- tasks ---- */

void loop_post(struct loop *l, struct task *t)
{
	bool first;

	if (atomic_exchange(&t->queued, true)) return;
	pthread_mutex_lock(&l->lock);
	first = queue_add(&l->posted, t);
	pthread_mutex_unlock(&l->lock);
	if (first) eventfd_write(l->wake_fd, 1);
}

void loop_defer(struct loop *l, struct task *t)
{
	if (!atomic_exchange(&t->queued, true)) queue_add(&l->deferred, t);
}

/* A task may be queued again, or freed with its owner, as soon as it is being run. */
static void run_tasks(struct task *t)
{
	for (struct task *next; t; t = next) {
		next = t->next;
		atomic_store(&t->queued, false);
		t->run(t);
	}
}

static void run_posted(struct loop *l)
{
	struct task *batch;

	pthread_mutex_lock(&l->lock);
	batch = queue_take_all(&l->posted);
	pthread_mutex_unlock(&l->lock);
	run_tasks(batch);
}

static void woken(struct watch *w, unsigned)
{
	struct loop *l = LIST_ENTRY(w, struct loop, wake);
	eventfd_t count;

	eventfd_read(l->wake_fd, &count); /* only to be woken again; run_posted follows */
}

/* ---- timers ---- */

void timer_set(struct loop *l, struct timer *t, int64_t due_ms)
{
	timer_heap_put(&l->timers, t, due_ms);
}

void timer_cancel(struct loop *l, struct timer *t)
{
	timer_heap_remove(&l->timers, t);
}

/* What is set while firing is not fired in the same round: `now` is the turn's. */
static void fire_timers(struct loop *l)
{
	struct timer *t = timer_heap_first(&l->timers);

	if (!t || t->due_ms > loop_now_ms(l)) return;
	for (size_t left = l->timers.count; left > 0; left--) {
		t = timer_heap_first(&l->timers);
		if (!t || t->due_ms > loop_now_ms(l)) return;
		timer_heap_remove(&l->timers, t);
		t->fire(t);
	}
}

/* libevent's cached clock is coarse: it may wake us some ms early, and we wait again. */
static void set_alarm(struct loop *l)
{
	const struct timer *t = timer_heap_first(&l->timers);
	int64_t wait;
	struct timeval tv;

	if (!t) {
		event_del(l->alarm);
		return;
	}
	wait = t->due_ms - clock_monotonic_ms();
	if (wait < 0) wait = 0;
	tv = (struct timeval){ .tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000 };
	event_add(l->alarm, &tv);
}

static void alarm_rang(evutil_socket_t, short, void *)
{
	/* fire_timers follows in this turn */
}

/* ---- descriptors ---- */

static const struct {
	unsigned flag;
	short event;
} watch_events[] = {
	{ WATCH_READ, EV_READ },
	{ WATCH_WRITE, EV_WRITE },
	{ WATCH_HANGUP, EV_CLOSED },
	{ WATCH_EDGE, EV_ET },
};

static void watch_event(evutil_socket_t, short events, void *context)
{
	struct watch *w = context;
	unsigned what = 0;

	for (size_t i = 0; i < countof(watch_events); i++)
		if (events & watch_events[i].event) what |= watch_events[i].flag;
	w->ready(w, what);
}

bool watch_start(struct loop *l, struct watch *w, int fd, unsigned what)
{
	short events = EV_PERSIST;

	for (size_t i = 0; i < countof(watch_events); i++)
		if (what & watch_events[i].flag)
			events = (short)(events | watch_events[i].event);
	w->event = event_new(l->base, fd, events, watch_event, w);
	if (w->event && event_add(w->event, NULL) == 0) return true;
	watch_stop(w);
	return false;
}

void watch_stop(struct watch *w)
{
	if (!w->event) return;
	event_free(w->event);
	w->event = NULL;
}

static void signal_came(evutil_socket_t, short, void *context)
{
	struct signal_watch *s = context;

	s->handle(s->context);
}

bool loop_on_signal(struct loop *l, int number, void (*handle)(void *context),
		    void *context)
{
	struct signal_watch *s = calloc(1, sizeof(*s));

	assert(s);
	s->handle = handle;
	s->context = context;
	s->next = l->signals;
	l->signals = s;
	signal(number, SIG_IGN); /* what is restored when the event is freed */
	s->event = evsignal_new(l->base, number, signal_came, s);
	return s->event && event_add(s->event, NULL) == 0;
}

static void free_signals(struct loop *l)
{
	for (struct signal_watch *s = l->signals, *next; s; s = next) {
		next = s->next;
		if (s->event) event_free(s->event);
		free(s);
	}
}

/* ---- residents and the end ---- */

void loop_enter(struct loop *l, struct resident *r)
{
	list_add_last(&l->residents, &r->link);
}

void loop_leave(struct resident *r)
{
	if (r->link.next) list_remove(&r->link); /* else it never entered */
}

static void tell_residents(struct loop *l, bool now)
{
	LIST_EACH (&l->residents, link) {
		struct resident *r = LIST_ENTRY(link, struct resident, link);

		r->leave(r, now);
	}
}

static void grace_over(struct timer *t)
{
	tell_residents(LIST_ENTRY(t, struct loop, grace), true);
}

static void begin_stop(struct task *t)
{
	struct loop *l = LIST_ENTRY(t, struct loop, stop_task);

	if (!l->stopping) tell_residents(l, false);
	l->stopping = true;
	timer_set(l, &l->grace, loop_now_ms(l) + atomic_load(&l->grace_ms));
}

void loop_stop(struct loop *l, int64_t grace_ms)
{
	atomic_store(&l->grace_ms, grace_ms);
	loop_post(l, &l->stop_task);
}

bool loop_is_stopping(const struct loop *l)
{
	return l->stopping;
}

static void turn(struct loop *l)
{
	set_alarm(l);
	l->now_ms = 0;
	event_base_loop(l->base, l->deferred.first ? EVLOOP_NONBLOCK : EVLOOP_ONCE);
	fire_timers(l);
	run_posted(l);
	for (int round = 0; l->deferred.first && round < ROUNDS_MAX; round++)
		run_tasks(queue_take_all(&l->deferred));
}

void loop_run(struct loop *l)
{
	while (!l->stopping || !list_empty(&l->residents))
		turn(l);
}

static void *run_thread(void *context)
{
	loop_run(context);
	return NULL;
}

bool loop_start(struct loop *l)
{
	return pthread_create(&l->thread, NULL, run_thread, l) == 0;
}

void loop_join(struct loop *l)
{
	pthread_join(l->thread, NULL);
}

/* ---- life ---- */

/* Edge-triggered events and the notice of a half-close are what net/sock.h needs. */
static struct event_base *new_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	assert(config);
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	event_config_require_features(config, EV_FEATURE_ET | EV_FEATURE_EARLY_CLOSE);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

struct loop *loop_new(void)
{
	struct loop *l = calloc(1, sizeof(*l));

	assert(l);
	signal(SIGPIPE, SIG_IGN);
	pthread_mutex_init(&l->lock, NULL);
	queue_init(&l->posted);
	queue_init(&l->deferred);
	list_init(&l->residents);
	l->stop_task.run = begin_stop;
	l->grace.fire = grace_over;
	l->wake.ready = woken;
	l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	l->base = new_base();
	if (l->base) l->alarm = evtimer_new(l->base, alarm_rang, NULL);
	if (l->alarm && l->wake_fd >= 0 &&
	    watch_start(l, &l->wake, l->wake_fd, WATCH_READ))
		return l;
	loop_free(l);
	return NULL;
}

void loop_free(struct loop *l)
{
	if (!l) return;
	do {
		run_posted(l);
		run_tasks(queue_take_all(&l->deferred));
	} while (l->posted.first || l->deferred.first);
	assert(list_empty(&l->residents));
	watch_stop(&l->wake);
	free_signals(l);
	if (l->alarm) event_free(l->alarm);
	if (l->base) event_base_free(l->base);
	if (l->wake_fd >= 0) close(l->wake_fd);
	timer_heap_done(&l->timers);
	pthread_mutex_destroy(&l->lock);
	free(l);
}
