/* STATUS (RFC 9051 6.3.11) */
#include "imap/access.h"
#include "imap/commands.h"
#include "imap/mailbox_argument.h"
#include "imap/session.h"
#include "imap/status_items.h"

struct status_request {
	slice wire, name;
	struct status_items items;
};

static bool parse_status(struct task *t, slice *in)
{
	struct status_request *r = task_request(t, sizeof(*r));

	if (!take_mailbox_argument(t, in, &r->wire) || !take_space(in) ||
	    !take_status_items(in, &r->items))
		return false;
	t->enables = r->items.enables;
	r->items.append_max = t->session->config->append_max;
	return true;
}

static void start_status(struct task *t)
{
	struct status_request *r = t->request;

	if (resolve_mailbox(t, r->wire, &r->name)) task_submit(t);
}

static enum err work_status(struct task *t, struct account *a)
{
	const struct status_request *r = t->request;
	struct mailbox m;
	enum err e = access_mailbox(t, a, r->name, RIGHT_READ, &m, NULL);

	if (e) return e;
	if (!m.selectable) return ERR_NOT_FOUND;
	return status_write(a, &r->items, t->names, &m, &t->out);
}

const struct command_ops status_ops = {
	.parse = parse_status,
	.start = start_status,
	.work = work_status,
};
