#include "net/workers.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

struct line {
	struct work *first, **last;
};

struct seat {
	struct workers *pool;
	pthread_t thread;
	sem_t woken;       /* once for each time that it was taken off the idle ones */
	struct seat *next; /* idle for longer */
};

/* What this thread is, if a worker: of which pool, and the work it has promised to do. */
static _Thread_local struct {
	struct workers *pool; /* NULL: not a worker */
	struct work *next;
} self;

struct workers {
	pthread_mutex_t lock; /* guards all below */
	struct seat *idle;    /* the last to fall idle first: its memory is warm still */
	struct line lines[WORK_KINDS];
	unsigned running, long_running, long_max;
	bool ending;
	unsigned thread_count, thread_max;
	struct seat seats[]; /* the first thread_count are taken */
};

/* One a core where nothing else is asked, and one thread always left for urgent work. */
static unsigned long_limit(unsigned asked, unsigned threads)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (asked == 0) asked = cores > 0 ? (unsigned)cores : 1;
	return threads > 1 && asked >= threads ? threads - 1 : asked;
}

static struct work *take_from(struct line *line)
{
	struct work *w = line->first;

	if (!w) return NULL;
	line->first = w->next;
	if (!line->first) line->last = &line->first;
	return w;
}

/* The next work that may run now, or NULL. */
static struct work *take_work(struct workers *p, enum work_kind *ret_kind)
{
	struct work *w = take_from(&p->lines[WORK_URGENT]);

	*ret_kind = WORK_URGENT;
	if (w || p->long_running >= p->long_max) return w;
	*ret_kind = WORK_LONG;
	return take_from(&p->lines[WORK_LONG]);
}

static void count(struct workers *p, enum work_kind kind, int change)
{
	p->running += (unsigned)change;
	if (kind == WORK_LONG) p->long_running += (unsigned)change;
}

static bool is_drained(const struct workers *p)
{
	return p->ending && p->running == 0 && !p->lines[WORK_URGENT].first &&
	       !p->lines[WORK_LONG].first;
}

static void finish(struct task *t)
{
	struct work *w = LIST_ENTRY(t, struct work, task);

	w->done(w);
}

static void run_work(struct work *w)
{
	struct loop *loop = w->loop; /* without one, w may be gone after run */

	if (loop) w->task.run = finish;
	w->run(w);
	if (loop) loop_post(loop, &w->task);
}

/* Under the lock, which it gives back meanwhile. */
static void run_counted(struct workers *p, enum work_kind kind, struct work *w)
{
	count(p, kind, 1);
	pthread_mutex_unlock(&p->lock);
	run_work(w);
	pthread_mutex_lock(&p->lock);
	count(p, kind, -1);
}

static struct work *take_next(struct workers *p, enum work_kind *ret_kind)
{
	struct work *w = self.next;

	*ret_kind = WORK_URGENT;
	self.next = NULL;
	return w ? w : take_work(p, ret_kind);
}

/* Under the lock. Whoever is taken is to be woken, best without the lock. */
static struct seat *take_idle(struct workers *p)
{
	struct seat *s = p->idle;

	if (s) p->idle = s->next;
	return s;
}

/* It looks for work itself, and may find that another has taken it. */
static void wake(struct seat *s)
{
	if (s) sem_post(&s->woken);
}

static void wake_all(struct workers *p)
{
	while (p->idle)
		wake(take_idle(p));
}

/* Under the lock, which it gives back meanwhile. */
static void wait_idle(struct workers *p, struct seat *s)
{
	s->next = p->idle;
	p->idle = s;
	pthread_mutex_unlock(&p->lock);
	while (sem_wait(&s->woken) != 0)
		assert(errno == EINTR);
	pthread_mutex_lock(&p->lock);
}

static void *worker(void *context)
{
	struct seat *seat = context;
	struct workers *p = seat->pool;
	enum work_kind kind;

	self.pool = p;
	pthread_mutex_lock(&p->lock);
	while (self.next || !is_drained(p)) {
		struct work *w = take_next(p, &kind);

		if (!w) {
			wait_idle(p, seat);
			continue;
		}
		run_counted(p, kind, w);
		if (kind == WORK_LONG && p->lines[WORK_LONG].first) wake(take_idle(p));
	}
	wake_all(p);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static bool seat_fill(struct seat *seat, struct workers *p)
{
	seat->pool = p;
	sem_init(&seat->woken, 0, 0);
	return pthread_create(&seat->thread, NULL, worker, seat) == 0;
}

/* Under the lock, or before anybody else knows of the pool. */
static bool grow(struct workers *p)
{
	if (!seat_fill(&p->seats[p->thread_count], p)) return false;
	p->thread_count++;
	return true;
}

void workers_submit(struct workers *p, enum work_kind kind, struct work *w)
{
	struct line *line = &p->lines[kind];
	struct seat *idle;

	w->next = NULL;
	pthread_mutex_lock(&p->lock);
	*line->last = w;
	line->last = &w->next;
	idle = take_idle(p);
	/* Without one more thread, the work waits for one of those that there are. */
	if (!idle && !p->ending && p->thread_count < p->thread_max) grow(p);
	pthread_mutex_unlock(&p->lock);
	wake(idle);
}

void workers_submit_next(struct workers *p, struct work *w)
{
	struct work *earlier = self.next;

	if (self.pool != p)
		earlier = w;
	else
		self.next = w;
	if (earlier) workers_submit(p, WORK_URGENT, earlier);
}

static void seat_empty(struct seat *seat)
{
	pthread_join(seat->thread, NULL);
	sem_destroy(&seat->woken);
}

struct workers *workers_new(unsigned threads, unsigned long_at_once)
{
	struct workers *p = calloc(1, sizeof(*p) + threads * sizeof(struct seat));

	assert(p && threads > 0);
	pthread_mutex_init(&p->lock, NULL);
	for (size_t i = 0; i < WORK_KINDS; i++)
		p->lines[i].last = &p->lines[i].first;
	p->long_max = long_limit(long_at_once, threads);
	p->thread_max = threads;
	if (grow(p)) return p;
	workers_free(p);
	return NULL;
}

void workers_free(struct workers *p)
{
	if (!p) return;
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	wake_all(p);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->thread_count; i++)
		seat_empty(&p->seats[i]);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
