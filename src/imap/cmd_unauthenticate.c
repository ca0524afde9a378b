/* UNAUTHENTICATE (RFC 8437): as after the greeting, but for TLS. What the login was
 * counted by, failed attempts, goes on counting. */
#include <stdlib.h>

#include "imap/commands.h"
#include "imap/compression.h"
#include "imap/notify.h"
#include "imap/session.h"

static void forget_login(struct imap *s)
{
	notify_free(s->notify);
	s->notify = NULL;
	session_watch(s, false);
	session_close_mailbox(s);
	s->ops->leave(s->host);
	free(s->root);
	s->root = NULL;
	s->names = (struct names){ 0 };
	free(s->hidden);
	s->hidden = NULL;
	free(s->jmap);
	s->jmap = NULL;
	s->account = 0;
	s->is_admin = false;
	s->metadata_told = 0;
	s->read_only = false;
	s->has_changed = false;
	s->enabled = 0;
	s->early_commands = 0;
	s->opened = s->ops->now(s->host);
	s->state = STATE_NEW;
}

static void start_unauthenticate(struct task *t)
{
	struct imap *s = t->session;

	forget_login(s);
	task_answer_ok(t);
	if (s->compression) compression_end(s);
}

const struct command_ops unauthenticate_ops = { .start = start_unauthenticate };
