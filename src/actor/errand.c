#include "actor/errand.h"

#include <assert.h>
#include <pthread.h>

#include "actor/actors.h"
#include "base/container.h"
#include "queue/queue.h"

struct errand {
	struct ticket ticket;
	pthread_mutex_t lock;
	pthread_cond_t over;
	bool is_over;
};

static void done(struct job *, enum err)
{
	/* The ticket's `answered` comes right behind it. */
}

static void answered(struct ticket *t)
{
	struct errand *e = CONTAINER_OF(t, struct errand, ticket);

	pthread_mutex_lock(&e->lock);
	e->is_over = true;
	pthread_cond_signal(&e->over);
	pthread_mutex_unlock(&e->lock);
}

static enum err run_among_others(struct actors *actors, struct job *j)
{
	struct errand e = { .ticket = { .job = j, .answered = answered },
			    .lock = PTHREAD_MUTEX_INITIALIZER,
			    .over = PTHREAD_COND_INITIALIZER };

	j->done = done;
	actors_submit(actors, &e.ticket);
	pthread_mutex_lock(&e.lock);
	while (!e.is_over)
		pthread_cond_wait(&e.over, &e.lock);
	pthread_mutex_unlock(&e.lock);
	return e.ticket.outcome;
}

static enum err run_here(struct queue *q, struct job *j)
{
	enum err e;

	if (j->level == JOB_READS) return j->run_queue(j, q);
	e = queue_begin(q, j->level);
	if (e) return e;
	e = j->run_queue(j, q);
	if (!e) return queue_commit(q);
	queue_rollback(q);
	return e;
}

enum err errand_run(struct store *store, struct actors *actors, struct job *j)
{
	struct queue *q;
	enum err e;

	assert(j->account == JOB_QUEUE);
	if (actors) return run_among_others(actors, j);
	e = queue_open(store, &q);
	if (e) return e;
	e = run_here(q, j);
	queue_close(q);
	return e;
}

static enum err run_own(struct account *own, struct job *j)
{
	enum err e;

	if (j->level == JOB_READS) return j->run(j, own);
	e = account_begin(own, j->level);
	if (e) return e;
	e = j->run(j, own);
	if (!e) return account_commit(own);
	account_rollback(own);
	return e;
}

enum err errand_run_account(struct actors *actors, struct account *own, struct job *j)
{
	return own ? run_own(own, j) : run_among_others(actors, j);
}
