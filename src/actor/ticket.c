#include "actor/ticket.h"

#include "base/container.h"

void ticket_list_init(struct ticket_list *l)
{
	l->first = NULL;
	l->last = &l->first;
}

void ticket_list_add(struct ticket_list *l, struct ticket *t)
{
	t->next = NULL;
	*l->last = t;
	l->last = &t->next;
}

struct ticket *ticket_list_take(struct ticket_list *l)
{
	struct ticket *list = l->first;

	ticket_list_init(l);
	return list;
}

static void answer(struct task *task)
{
	struct ticket *t = CONTAINER_OF(task, struct ticket, task);

	t->job->done(t->job, t->outcome);
	if (t->answered) t->answered(t);
}

static void prepare(struct work *w)
{
	struct ticket *t = CONTAINER_OF(w, struct ticket, work);

	t->job->prepare(t->job);
	t->enqueue(t);
}

void ticket_start(struct ticket *t, struct workers *w, void (*enqueue)(struct ticket *t))
{
	t->task.run = answer;
	t->enqueue = enqueue;
	if (!t->job->prepare) {
		enqueue(t);
		return;
	}
	t->work = (struct work){ .run = prepare };
	workers_submit(w, WORK_LONG, &t->work);
}

void ticket_finish(struct ticket *t, enum err outcome)
{
	t->outcome = outcome;
	if (t->loop)
		loop_post(t->loop, &t->task);
	else
		answer(&t->task);
}

void ticket_finish_all(struct ticket *list, enum err outcome)
{
	while (list) {
		struct ticket *next = list->next;

		ticket_finish(list, outcome);
		list = next;
	}
}
