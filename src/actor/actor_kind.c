#include "actor/actor_kind.h"

#include "queue/queue.h"
#include "store/account.h"

/* The two databases have the same calls, each with its own type; these give them one. */
#define DEFINE_CALLS(type)                                                               \
	static void type##_close_any(void *handle)                                       \
	{                                                                                \
		type##_close(handle);                                                    \
	}                                                                                \
	static bool type##_take_changed_any(void *handle)                                \
	{                                                                                \
		return type##_take_changed(handle);                                      \
	}                                                                                \
	static void type##_checkpoint_any(void *handle)                                  \
	{                                                                                \
		type##_checkpoint(handle);                                               \
	}                                                                                \
	static enum err type##_begin_any(void *handle, enum job_level strongest)         \
	{                                                                                \
		return type##_begin(handle, strongest);                                  \
	}                                                                                \
	static enum err type##_savepoint_any(void *handle)                               \
	{                                                                                \
		return type##_savepoint(handle);                                         \
	}                                                                                \
	static enum err type##_release_any(void *handle)                                 \
	{                                                                                \
		return type##_release(handle);                                           \
	}                                                                                \
	static void type##_rollback_to_any(void *handle)                                 \
	{                                                                                \
		type##_rollback_to(handle);                                              \
	}                                                                                \
	static bool type##_in_transaction_any(const void *handle)                        \
	{                                                                                \
		return type##_in_transaction(handle);                                    \
	}                                                                                \
	static enum err type##_commit_any(void *handle)                                  \
	{                                                                                \
		return type##_commit(handle);                                            \
	}                                                                                \
	static void type##_rollback_any(void *handle)                                    \
	{                                                                                \
		type##_rollback(handle);                                                 \
	}

#define KIND_OF(type)                                                                    \
	{                                                                                \
		.open = type##_open_any, .close = type##_close_any,                      \
		.take_changed = type##_take_changed_any,                                 \
		.checkpoint = type##_checkpoint_any,                                     \
		.group = {                                                               \
			.begin = type##_begin_any,                                       \
			.savepoint = type##_savepoint_any,                               \
			.release = type##_release_any,                                   \
			.rollback_to = type##_rollback_to_any,                           \
			.in_transaction = type##_in_transaction_any,                     \
			.commit = type##_commit_any,                                     \
			.rollback = type##_rollback_any,                                 \
			.run = type##_run_any,                                           \
		},                                                                       \
	}

DEFINE_CALLS(account)
DEFINE_CALLS(queue)

static enum err account_open_any(struct store *s, int64_t id, void **ret)
{
	struct account *opened;
	enum err e = account_open(s, id, &opened);

	if (!e) *ret = opened;
	return e;
}

static enum err queue_open_any(struct store *s, int64_t, void **ret)
{
	struct queue *opened;
	enum err e = queue_open(s, &opened);

	if (!e) *ret = opened;
	return e;
}

/* A reading job is one read transaction, not one a statement. */
static enum err account_run_any(void *handle, struct job *j)
{
	enum err e;

	if (j->level != JOB_READS) return j->run(j, handle);
	account_begin_reading(handle);
	e = j->run(j, handle);
	account_end_reading(handle);
	return e;
}

static enum err queue_run_any(void *handle, struct job *j)
{
	return j->run_queue(j, handle);
}

const struct actor_kind account_kind = KIND_OF(account);
const struct actor_kind queue_kind = KIND_OF(queue);
