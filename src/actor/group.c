#include "actor/group.h"

/* A way to run all jobs inside the transaction. False: it is of no use any more. */
typedef bool run_all(const struct group_ops *ops, void *handle, struct ticket *list);

/* As long as each does well, and nearly always all do, nothing has to be undone by
 * itself; a savepoint has the database copy every page before it is changed. */
static bool run_in_a_row(const struct group_ops *ops, void *handle, struct ticket *list)
{
	for (struct ticket *t = list; t; t = t->next) {
		t->outcome = ops->run(handle, t->job);
		if (t->outcome) return false;
	}
	return ops->in_transaction(handle);
}

/* Runs each job in a savepoint of its own. False: the database lost the transaction. */
static bool run_in_savepoints(const struct group_ops *ops, void *handle,
			      struct ticket *list)
{
	for (struct ticket *t = list; t; t = t->next) {
		t->outcome = ops->savepoint(handle);
		if (!t->outcome) t->outcome = ops->run(handle, t->job);
		if (!ops->in_transaction(handle)) return false;
		if (!t->outcome)
			t->outcome = ops->release(handle);
		else
			ops->rollback_to(handle);
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

/* One transaction for all of the list. False: it was lost, nothing of it is there and
 * nothing was answered. */
static bool run_together(const struct group_ops *ops, void *handle, struct ticket *list,
			 run_all *run)
{
	enum err e = ops->begin(handle, strongest(list));

	if (e) {
		ticket_finish_all(list, e);
		return true;
	}
	if (!run(ops, handle, list)) {
		ops->rollback(handle);
		return false;
	}
	e = ops->commit(handle);
	if (e == ERR_LATER) return false;
	while (list) {
		struct ticket *next = list->next;

		ticket_finish(list, e && !list->outcome ? ERR_LATER : list->outcome);
		list = next;
	}
	return true;
}

/* After a lost transaction each job has to stand for itself. */
static void run_alone(const struct group_ops *ops, void *handle, struct ticket *list)
{
	while (list) {
		struct ticket *next = list->next;

		list->next = NULL;
		if (!run_together(ops, handle, list, run_in_savepoints))
			ticket_finish(list, ERR_LATER);
		list = next;
	}
}

/* Runs the readers and returns the writers, in order. */
static struct ticket *run_readers(const struct group_ops *ops, void *handle,
				  struct ticket *list)
{
	struct ticket_list writers;

	ticket_list_init(&writers);
	while (list) {
		struct ticket *t = list;

		list = t->next;
		if (t->job->level == JOB_READS)
			ticket_finish(t, ops->run(handle, t->job));
		else
			ticket_list_add(&writers, t);
	}
	return ticket_list_take(&writers);
}

bool group_run(const struct group_ops *ops, void *handle, struct ticket *list)
{
	struct ticket *writers = run_readers(ops, handle, list);

	if (!writers) return false;
	if (!run_together(ops, handle, writers, run_in_a_row) &&
	    !run_together(ops, handle, writers, run_in_savepoints))
		run_alone(ops, handle, writers);
	return true;
}
