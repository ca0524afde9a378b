#include "server/entry.h"

#include "base/container.h"
#include "base/log.h"
#include "sandbox/inbox.h"

static void answer(struct entry *o)
{
	struct session *s = o->s;

	if (s->conn) {
		if (!o->outcome) o->outcome = session_join(s, o->account);
		o->opened(s, o->outcome, o->account, buf_slice(&o->inbox));
		session_resume(s);
	}
	session_release(s);
}

static void answer_later(struct task *task)
{
	answer(CONTAINER_OF(task, struct entry, task));
}

static enum err open_inbox(struct job *j, struct account *a)
{
	struct entry *o = CONTAINER_OF(j, struct entry, job);
	int64_t mailbox;

	return inbox_open(a, buf_slice(&o->inbox), &mailbox);
}

static void inbox_opened(struct job *j, enum err outcome)
{
	struct entry *o = CONTAINER_OF(j, struct entry, job);

	o->outcome = outcome;
	answer(o);
}

void entry_init(struct entry *o, struct session *s)
{
	*o = (struct entry){ .s = s, .task.run = answer_later };
	buf_init(&o->inbox, MAILBOX_NAME_MAX);
}

void entry_done(struct entry *o)
{
	buf_done(&o->inbox);
}

static void start_inbox(struct entry *o)
{
	o->job = (struct job){ .account = o->account,
			       .level = JOB_WRITES_FLAGS,
			       .run = open_inbox,
			       .done = inbox_opened };
	o->ticket = (struct ticket){ .job = &o->job, .loop = o->s->loop };
	actors_submit(o->s->server->actors, &o->ticket);
}

void entry_start(struct entry *o, slice authentication, slice authorization)
{
	struct session *s = o->s;
	slice who = authorization.n ? authorization : authentication;

	o->outcome = session_authorize(s, authentication, authorization, &o->account);
	s->is_kept = true;
	buf_reset(&o->inbox);
	if (s->server->is_sandbox && !inbox_name(who, &o->inbox)) o->outcome = ERR_DENIED;
	session_log_login(s, who, o->outcome);
	if (s->server->is_sandbox && !o->outcome)
		start_inbox(o);
	else
		loop_defer(s->loop, &o->task);
}
