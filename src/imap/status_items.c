#include "imap/status_items.h"

#include <assert.h>

#include "imap/lexer.h"
#include "imap/object_id.h"
#include "imap/session.h"

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

static uint64_t mailbox_id(const struct mailbox *m, uint32_t)
{
	return (uint64_t)m->id;
}

static const struct {
	slice name;
	uint64_t (*value)(const struct mailbox *m, uint32_t recent_count);
	unsigned enables;
	bool is_object; /* the value is written as an object id */
} table[] = {
	{ SLICE_INIT("MESSAGES"), messages },
	{ SLICE_INIT("RECENT"), recent },
	{ SLICE_INIT("UIDNEXT"), uid_next },
	{ SLICE_INIT("UIDVALIDITY"), uid_validity },
	{ SLICE_INIT("UNSEEN"), unseen },
	{ SLICE_INIT("DELETED"), deleted },
	{ SLICE_INIT("SIZE"), size },
	{ SLICE_INIT("HIGHESTMODSEQ"), highest_modseq, ENABLED_CONDSTORE },
	{ SLICE_INIT("MAILBOXID"), mailbox_id, 0, true },
};

static bool add_item(struct status_items *items, slice name)
{
	for (size_t i = 0; i < countof(table); i++) {
		if (!slice_eq_nocase(table[i].name, name)) continue;
		items->set |= 1u << i;
		items->enables |= table[i].enables;
		return true;
	}
	return false;
}

void status_items_add(struct status_items *items, slice name)
{
	bool is_known = add_item(items, name);

	assert(is_known);
}

static bool take_item(slice *in, struct status_items *items)
{
	slice name;

	return take_atom(in, &name) && add_item(items, name);
}

bool take_status_items(slice *in, struct status_items *ret)
{
	struct status_items items = { 0 };
	slice s = *in;

	if (!take_char(&s, '(')) return false;
	do {
		if (!take_item(&s, &items)) return false;
	} while (take_space(&s));
	if (!take_char(&s, ')')) return false;
	*in = s;
	*ret = items;
	return true;
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

static void write_value(size_t item, int64_t account, uint64_t value, struct buf *out)
{
	if (!table[item].is_object) {
		buf_add_u64(out, value);
		return;
	}
	buf_add_char(out, '(');
	object_id_write(OBJECT_MAILBOX, account, (int64_t)value, out);
	buf_add_char(out, ')');
}

enum err status_write(struct account *a, const struct status_items *items,
		      const struct names *names, const struct mailbox *m, struct buf *out)
{
	uint32_t recent_count;
	char before = '(';
	slice visible;
	enum err e = count_recent(a, m, &recent_count);

	if (e || !name_visible(names, m->name, &visible)) return e;
	buf_add(out, S("* STATUS "));
	name_write(names, visible, out);
	buf_add_char(out, ' ');
	for (size_t i = 0; i < countof(table); i++) {
		if (!(items->set >> i & 1)) continue;
		buf_addf(out, "%c%.*s ", before, FMT(table[i].name));
		write_value(i, account_id(a), table[i].value(m, recent_count), out);
		before = ' ';
	}
	buf_add(out, S(")\r\n"));
	return ERR_NONE;
}
