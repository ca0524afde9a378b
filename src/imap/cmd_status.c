/* STATUS (RFC 9051 6.3.11; RECENT: RFC 3501 6.3.10; SIZE: RFC 8438; HIGHESTMODSEQ: RFC
 * 7162 3.1.7) */
#include "imap/commands.h"
#include "imap/mailbox_argument.h"
#include "imap/session.h"

struct status_request {
	slice wire, name;
	unsigned items; /* bits by the table's order */
};

/* What an item is of a mailbox and how many of its messages are recent. */
static uint64_t messages(const struct mailbox *m, uint32_t)
{
	return m->exists;
}
static uint64_t recent(const struct mailbox *, uint32_t recent_count)
{
	return recent_count;
}
static uint64_t uid_next(const struct mailbox *m, uint32_t)
{
	return m->uid_next;
}
static uint64_t uid_validity(const struct mailbox *m, uint32_t)
{
	return m->uid_validity;
}
static uint64_t unseen(const struct mailbox *m, uint32_t)
{
	return m->unseen;
}
static uint64_t deleted(const struct mailbox *m, uint32_t)
{
	return m->deleted;
}
static uint64_t size(const struct mailbox *m, uint32_t)
{
	return m->size;
}

static uint64_t highest_modseq(const struct mailbox *m, uint32_t)
{
	return m->modseq;
}

static const struct {
	slice name;
	uint64_t (*value)(const struct mailbox *m, uint32_t recent_count);
	unsigned enables;
} items[] = {
	{ SLICE_INIT("MESSAGES"), messages },
	{ SLICE_INIT("RECENT"), recent },
	{ SLICE_INIT("UIDNEXT"), uid_next },
	{ SLICE_INIT("UIDVALIDITY"), uid_validity },
	{ SLICE_INIT("UNSEEN"), unseen },
	{ SLICE_INIT("DELETED"), deleted },
	{ SLICE_INIT("SIZE"), size },
	{ SLICE_INIT("HIGHESTMODSEQ"), highest_modseq, ENABLED_CONDSTORE },
};

static bool take_item(struct task *t, slice *in, unsigned *set)
{
	slice name;

	if (!take_atom(in, &name)) return false;
	for (size_t i = 0; i < countof(items); i++) {
		if (!slice_eq_nocase(items[i].name, name)) continue;
		*set |= 1u << i;
		t->enables |= items[i].enables;
		return true;
	}
	return false;
}

static bool parse_status(struct task *t, slice *in)
{
	struct status_request *r = task_request(t, sizeof(*r));

	if (!take_mailbox_argument(t, in, &r->wire) || !take_literal(in, S(" (")))
		return false;
	do {
		if (!take_item(t, in, &r->items)) return false;
	} while (take_space(in));
	return take_char(in, ')');
}

static void start_status(struct task *t)
{
	struct status_request *r = t->request;

	if (resolve_mailbox(t, r->wire, &r->name)) task_submit(t);
}

static enum err count_recent(struct account *a, const struct mailbox *m, uint32_t *ret)
{
	struct interval_set uids = { 0 };
	enum err e = ERR_NONE;

	*ret = 0;
	if (m->first_recent >= m->uid_next) return ERR_NONE;
	e = mailbox_uids(a, m->id, &uids);
	*ret = interval_set_count(&uids);
	if (m->first_recent > 1)
		*ret -= interval_set_count_to(&uids, m->first_recent - 1);
	interval_set_done(&uids);
	return e;
}

static void write_status(struct task *t, const struct mailbox *m, uint32_t recent_count)
{
	const struct status_request *r = t->request;
	bool first = true;
	slice visible;

	if (!name_visible(t->names, m->name, &visible)) return;
	buf_add(&t->out, S("* STATUS "));
	name_write(t->names, visible, &t->out);
	buf_add(&t->out, S(" ("));
	for (size_t i = 0; i < countof(items); i++) {
		if (!(r->items >> i & 1)) continue;
		if (!first) buf_add_char(&t->out, ' ');
		first = false;
		buf_addf(&t->out, "%.*s ", FMT(items[i].name));
		buf_add_u64(&t->out, items[i].value(m, recent_count));
	}
	buf_add(&t->out, S(")\r\n"));
}

static enum err work_status(struct task *t, struct account *a)
{
	const struct status_request *r = t->request;
	uint32_t recent_count;
	struct mailbox m;
	enum err e = mailbox_find(a, r->name, &t->scratch, &m);

	if (e) return e;
	if (!m.selectable) return ERR_NOT_FOUND;
	e = count_recent(a, &m, &recent_count);
	if (!e) write_status(t, &m, recent_count);
	return e;
}

const struct command_ops status_ops = {
	.parse = parse_status,
	.start = start_status,
	.work = work_status,
};
