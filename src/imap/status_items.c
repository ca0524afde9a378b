#include "imap/status_items.h"

#include <assert.h>

#include "imap/lexer.h"
#include "imap/session.h"
#include "store/message.h"
#include "store/object_id.h"

/* What the items are read from. Two are not in the mailbox's row, and read only when
 * they are asked for. */
struct facts {
	const struct mailbox *mailbox;
	uint64_t recent;
	uint64_t deleted_size;
	uint64_t append_max;
};

static uint64_t messages(const struct facts *f)
{
	return f->mailbox->exists;
}
static uint64_t recent(const struct facts *f)
{
	return f->recent;
}
static uint64_t uid_next(const struct facts *f)
{
	return f->mailbox->uid_next;
}
static uint64_t uid_validity(const struct facts *f)
{
	return f->mailbox->uid_validity;
}
static uint64_t unseen(const struct facts *f)
{
	return f->mailbox->unseen;
}
static uint64_t deleted(const struct facts *f)
{
	return f->mailbox->deleted;
}
static uint64_t size(const struct facts *f)
{
	return f->mailbox->size;
}

static uint64_t deleted_storage(const struct facts *f)
{
	return f->deleted_size;
}

static uint64_t highest_modseq(const struct facts *f)
{
	return f->mailbox->modseq;
}

static uint64_t mailbox_id(const struct facts *f)
{
	return (uint64_t)f->mailbox->id;
}

static uint64_t append_limit(const struct facts *f)
{
	return f->append_max;
}

static const struct {
	slice name;
	uint64_t (*value)(const struct facts *f);
	unsigned enables;
	bool is_object; /* the value is written as an object id */
} table[] = {
	{ SLICE_INIT("MESSAGES"), messages },
	{ SLICE_INIT("RECENT"), recent },
	{ SLICE_INIT("UIDNEXT"), uid_next },
	{ SLICE_INIT("UIDVALIDITY"), uid_validity },
	{ SLICE_INIT("UNSEEN"), unseen },
	{ SLICE_INIT("DELETED"), deleted },
	{ SLICE_INIT("DELETED-STORAGE"), deleted_storage },
	{ SLICE_INIT("SIZE"), size },
	{ SLICE_INIT("HIGHESTMODSEQ"), highest_modseq, ENABLED_CONDSTORE },
	{ SLICE_INIT("MAILBOXID"), mailbox_id, 0, true },
	{ SLICE_INIT("APPENDLIMIT"), append_limit },
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

static enum err count_recent(struct account *a, const struct mailbox *m, uint64_t *ret)
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

static bool asks(const struct status_items *items,
		 uint64_t (*value)(const struct facts *f))
{
	for (size_t i = 0; i < countof(table); i++)
		if (table[i].value == value) return items->set >> i & 1;
	return false;
}

static enum err read_facts(struct account *a, const struct status_items *items,
			   const struct mailbox *m, struct facts *ret)
{
	enum err e = ERR_NONE;

	*ret = (struct facts){ .mailbox = m, .append_max = items->append_max };
	if (asks(items, recent)) e = count_recent(a, m, &ret->recent);
	if (!e && m->deleted && asks(items, deleted_storage))
		e = message_deleted_size(a, m->id, &ret->deleted_size);
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
	struct facts facts;
	char before = '(';
	slice visible;
	enum err e = read_facts(a, items, m, &facts);

	if (e || !name_visible(names, m->name, &visible)) return e;
	buf_add(out, S("* STATUS "));
	name_write(names, visible, out);
	buf_add_char(out, ' ');
	for (size_t i = 0; i < countof(table); i++) {
		if (!(items->set >> i & 1)) continue;
		buf_addf(out, "%c%.*s ", before, FMT(table[i].name));
		write_value(i, account_id(a), table[i].value(&facts), out);
		before = ' ';
	}
	buf_add(out, S(")\r\n"));
	return ERR_NONE;
}
