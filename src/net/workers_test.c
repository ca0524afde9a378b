#include "net/workers.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/test.h"

/* Where the work of a test waits, and what it notes. */
struct scene {
	pthread_mutex_t gate;
	_Atomic int running_long, most_long, ran;
	_Atomic int order[8];
	int done;
	struct loop *loop;
};

struct step {
	struct work work;
	struct scene *scene;
	int number;
};

static void wait_at_gate(struct work *w)
{
	struct step *s = (struct step *)w;

	pthread_mutex_lock(&s->scene->gate);
	pthread_mutex_unlock(&s->scene->gate);
}

static void note_order(struct work *w)
{
	struct step *s = (struct step *)w;

	s->scene->order[s->scene->ran++] = s->number;
}

static void note_long(struct work *w)
{
	struct scene *scene = ((struct step *)w)->scene;
	int now = ++scene->running_long;

	if (now > scene->most_long) scene->most_long = now;
	usleep(2000);
	scene->running_long--;
	scene->ran++;
}

static void count_done(struct work *w)
{
	struct scene *scene = ((struct step *)w)->scene;

	if (++scene->done == 3) loop_stop(scene->loop, 0);
}

TEST(urgent_work_overtakes_long_work)
{
	struct scene scene = { .gate = PTHREAD_MUTEX_INITIALIZER };
	struct workers *p = workers_new(1, 0);
	struct step block = { { .run = wait_at_gate }, &scene, 0 };
	struct step steps[4];

	pthread_mutex_lock(&scene.gate);
	workers_submit(p, WORK_URGENT, &block.work);
	for (int i = 0; i < 4; i++) {
		steps[i] = (struct step){ { .run = note_order }, &scene, i };
		workers_submit(p, i < 2 ? WORK_LONG : WORK_URGENT, &steps[i].work);
	}
	pthread_mutex_unlock(&scene.gate);
	workers_free(p); /* drains */
	CHECK_INT(scene.ran, 4);
	for (int i = 0; i < 4; i++)
		CHECK_INT(scene.order[i], (i + 2) % 4);
}

struct chain {
	struct work work;
	struct workers *pool;
	struct chain *next[2];
	pthread_t thread;
};

static void note_thread(struct work *w)
{
	struct chain *c = (struct chain *)w;

	c->thread = pthread_self();
	for (int i = 0; i < 2; i++)
		if (c->next[i]) workers_submit_next(c->pool, &c->next[i]->work);
}

/* Of two, the last stays; the first finds another thread or waits for this one. */
TEST(next_work_stays_on_its_thread)
{
	struct workers *p = workers_new(4, 0);
	struct chain last[2] = { { { .run = note_thread }, p, { NULL }, 0 },
				 { { .run = note_thread }, p, { NULL }, 0 } };
	struct chain first = { { .run = note_thread }, p, { &last[0], &last[1] }, 0 };

	workers_submit_next(p, &first.work); /* from no worker */
	workers_free(p);                     /* drains */
	CHECK(first.thread != 0 && last[0].thread != 0);
	CHECK(pthread_equal(first.thread, last[1].thread));
}

static void note_and_wait(struct work *w)
{
	note_thread(w);
	usleep(1000);
}

/* One after the other, with time between them to fall idle: always on the same thread. */
TEST(the_last_to_fall_idle_is_the_first_to_work)
{
	enum { TIMES = 5, TRIES = 50 };
	struct workers *p = workers_new(4, 0);
	struct chain works[TIMES];
	int same = 0;

	for (int i = 0; i < TRIES && same < TIMES - 1; i++) {
		same = 0;
		for (int k = 0; k < TIMES; k++) {
			works[k] = (struct chain){
				{ .run = note_and_wait }, p, { NULL }, 0
			};
			workers_submit(p, WORK_URGENT, &works[k].work);
			usleep(20000);
			if (k) same += works[k].thread == works[k - 1].thread;
		}
	}
	workers_free(p);
	CHECK_INT(same, TIMES - 1);
}

TEST(long_work_is_limited)
{
	struct scene scene = { .gate = PTHREAD_MUTEX_INITIALIZER };
	struct workers *p = workers_new(4, 2);
	struct step steps[10];

	for (int i = 0; i < 10; i++) {
		steps[i] = (struct step){ { .run = note_long }, &scene, i };
		workers_submit(p, WORK_LONG, &steps[i].work);
	}
	workers_free(p);
	CHECK_INT(scene.ran, 10);
	CHECK(scene.most_long <= 2);
}

TEST(done_comes_on_the_loop)
{
	struct scene scene = { .loop = loop_new() };
	struct workers *p = workers_new(2, 0);
	struct step steps[3];

	for (int i = 0; i < 3; i++) {
		steps[i] = (struct step){
			{ .run = note_order, .done = count_done, .loop = scene.loop },
			&scene,
			i
		};
		workers_submit(p, WORK_URGENT, &steps[i].work);
	}
	loop_run(scene.loop);
	workers_free(p);
	CHECK_INT(scene.done, 3);
	loop_free(scene.loop);
}
