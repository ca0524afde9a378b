#include "net/loop.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/test.h"
#include "net/timer_heap.h"

enum { TIMERS = 500, POSTS = 2000 };

TEST(timer_heap_orders)
{
	struct timer_heap h = { 0 };
	struct timer t[TIMERS] = { 0 };
	int64_t last = -1;
	size_t fired = 0;

	srand(7);
	for (size_t i = 0; i < TIMERS; i++)
		timer_heap_put(&h, &t[i], rand() % 1000);
	for (size_t i = 0; i < TIMERS; i += 3)
		timer_heap_put(&h, &t[i], rand() % 1000); /* moved */
	for (size_t i = 1; i < TIMERS; i += 3)
		timer_heap_remove(&h, &t[i]);
	for (struct timer *f; (f = timer_heap_first(&h)); fired++) {
		CHECK(f->due_ms >= last);
		last = f->due_ms;
		timer_heap_remove(&h, f);
		CHECK(!timer_is_set(f));
	}
	CHECK_INT(fired, TIMERS - (TIMERS + 1) / 3);
	timer_heap_done(&h);
}

/* What the callbacks of a test do and find. */
struct record {
	struct loop *loop;
	struct task task, other;
	struct timer first, second;
	int order[8], n;
};

static struct record *of_task(struct task *t)
{
	return LIST_ENTRY(t, struct record, task);
}

static struct record *of_second(struct timer *t)
{
	return LIST_ENTRY(t, struct record, second);
}

static void first_fires(struct timer *t)
{
	struct record *r = LIST_ENTRY(t, struct record, first);

	r->order[r->n++] = 1;
}

static void second_fires(struct timer *t)
{
	struct record *r = of_second(t);

	r->order[r->n++] = 2;
	loop_stop(r->loop, 0);
}

TEST(timers_fire_in_order_and_cancelled_ones_do_not)
{
	struct record r = { .loop = loop_new() };
	struct timer never = { .fire = second_fires };

	r.first.fire = first_fires;
	r.second.fire = second_fires;
	timer_set(r.loop, &r.second, loop_now_ms(r.loop) + 20);
	timer_set(r.loop, &r.first, loop_now_ms(r.loop) + 10);
	timer_set(r.loop, &never, loop_now_ms(r.loop) + 5);
	timer_cancel(r.loop, &never);
	loop_run(r.loop);
	CHECK_INT(r.n, 2);
	CHECK_INT(r.order[0], 1);
	CHECK_INT(r.order[1], 2);
	loop_free(r.loop);
}

static void count_run(struct task *t)
{
	of_task(t)->n++;
}

TEST(a_task_posted_twice_runs_once)
{
	struct record r = { .loop = loop_new(), .task.run = count_run };

	loop_post(r.loop, &r.task);
	loop_post(r.loop, &r.task);
	loop_stop(r.loop, 0);
	loop_run(r.loop);
	CHECK_INT(r.n, 1);
	loop_post(r.loop, &r.task); /* after the end: loop_free runs it */
	loop_free(r.loop);
	CHECK_INT(r.n, 2);
}

struct numbered {
	struct task task;
	int *sum;
};

static void add_one(struct task *t)
{
	(*((struct numbered *)t)->sum)++;
	free(t);
}

static void *post_many(void *context)
{
	struct record *r = context;

	for (int i = 0; i < POSTS; i++) {
		struct numbered *n = calloc(1, sizeof(*n));

		n->task.run = add_one;
		n->sum = &r->n;
		loop_post(r->loop, &n->task);
	}
	return NULL;
}

TEST(posts_from_threads_all_arrive)
{
	struct record r = { .loop = loop_new() };
	pthread_t threads[3];

	CHECK(loop_start(r.loop));
	for (size_t i = 0; i < countof(threads); i++)
		CHECK_INT(pthread_create(&threads[i], NULL, post_many, &r), 0);
	for (size_t i = 0; i < countof(threads); i++)
		pthread_join(threads[i], NULL);
	loop_stop(r.loop, 0);
	loop_join(r.loop);
	CHECK_INT(r.n, 3 * POSTS);
	loop_free(r.loop);
}

static void on_signal(void *context)
{
	struct record *r = context;

	r->n++;
	loop_stop(r->loop, 0);
}

TEST(signals_are_told_on_the_loop)
{
	struct record r = { .loop = loop_new() };

	CHECK(loop_on_signal(r.loop, SIGUSR1, on_signal, &r));
	kill(getpid(), SIGUSR1);
	loop_run(r.loop);
	CHECK_INT(r.n, 1);
	loop_free(r.loop);
}

struct stubborn {
	struct resident resident;
	int asked, told;
};

static void leave_when_told(struct resident *r, bool now)
{
	struct stubborn *s = (struct stubborn *)r;

	*(now ? &s->told : &s->asked) += 1;
	if (now) loop_leave(r);
}

TEST(stopping_asks_then_tells)
{
	struct loop *l = loop_new();
	struct stubborn s = { .resident.leave = leave_when_told };

	loop_enter(l, &s.resident);
	loop_stop(l, 10);
	loop_run(l);
	CHECK_INT(s.asked, 1);
	CHECK_INT(s.told, 1);
	CHECK(loop_is_stopping(l));
	loop_free(l);
}
