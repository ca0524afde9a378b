/* CANCELUPDATE (RFC 5267 4.3.5). A context that is no longer there needs no end. */
#include "imap/commands.h"
#include "imap/contexts.h"
#include "imap/lexer.h"
#include "imap/session.h"

enum { TAGS_MAX = 100 }; /* of one command */

struct cancel_request {
	slice tags[TAGS_MAX];
	uint32_t count;
};

static bool parse_cancelupdate(struct task *t, slice *in)
{
	struct cancel_request *r = task_request(t, sizeof(*r));

	do {
		if (r->count == TAGS_MAX || !take_space(in) ||
		    !take_string(in, &t->arena, &r->tags[r->count++]))
			return false;
	} while (in->n);
	return true;
}

static void start_cancelupdate(struct task *t)
{
	const struct cancel_request *r = t->request;

	for (uint32_t i = 0; i < r->count; i++)
		contexts_cancel(t->session->view->contexts, r->tags[i]);
	task_answer_ok(t);
}

const struct command_ops cancelupdate_ops = { .parse = parse_cancelupdate,
					      .start = start_cancelupdate };
