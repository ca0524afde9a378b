#include "imap/access.h"

#include "imap/commands.h"
#include "imap/name_set.h"
#include "imap/session.h"
#include "store/directory.h"

bool take_other_user(slice name, slice *ret_address, slice *ret_name)
{
	return take_literal(&name, S(OTHER_USERS "/")) &&
	       take_until(&name, '/', ret_address) && ret_address->n && name.n &&
	       ((*ret_name = name), true);
}

static enum err refuse(unsigned rights)
{
	return rights & RIGHT_LOOKUP ? ERR_DENIED : ERR_NOT_FOUND;
}

enum err access_mailbox(struct task *t, struct account *a, slice name, unsigned needed,
			struct mailbox *ret, unsigned *ret_rights)
{
	unsigned rights = RIGHTS_ALL;
	enum err e = mailbox_find(a, name, &t->scratch, ret);

	t->has_asked = true;
	if (!e) e = acl_rights(a, ret->id, t->home, &rights);
	if (e) return e;
	if ((rights & needed) != needed) return refuse(rights);
	if (ret_rights) *ret_rights = rights;
	return ERR_NONE;
}

/* The right is asked of the nearest mailbox above that is there (RFC 4314 4). */
enum err access_create(struct task *t, struct account *a, slice name)
{
	enum err e = ERR_NOT_FOUND;
	struct mailbox above;

	t->has_asked = true;
	if (task_is_at_home(t, a)) return ERR_NONE;
	while (e == ERR_NOT_FOUND && find_parent(name, &name)) {
		unsigned rights;

		e = mailbox_find(a, name, &t->scratch, &above);
		if (!e) e = acl_rights(a, above.id, t->home, &rights);
		if (!e && !(rights & RIGHT_CREATE)) e = ERR_DENIED;
	}
	return e == ERR_NOT_FOUND ? ERR_DENIED : e;
}

enum err access_selected(struct task *t, struct account *a)
{
	t->rights = RIGHTS_ALL;
	if (!t->view || t->view->account != account_id(a)) return ERR_NONE;
	t->has_asked = t->command->states == STATE_SELECTED;
	return acl_rights(a, t->view->mailbox, t->home, &t->rights);
}

static struct names names_behind(struct task *t, slice prefix)
{
	struct names names = *t->names_of_session;

	if (!prefix.n) return names;
	names.prefix = prefix;
	names.room = arena_alloc(&t->scratch, NAMES_ROOM);
	return names;
}

void access_lend_names(struct task *t, slice prefix)
{
	t->lent = names_behind(t, prefix);
	t->names = &t->lent;
}

enum err access_names(struct task *t, const struct account *a, struct names *ret)
{
	const struct directory *d = directory_get(account_store(a));
	struct account_view owner;
	slice prefix = { 0 };
	struct buf text;

	buf_init(&text, sizeof(OTHER_USERS) + ADDRESS_MAX + 2);
	if (directory_find_account_by_id(d, account_id(a), &owner)) {
		buf_addf(&text, OTHER_USERS "/%.*s/", FMT(owner.address));
		arena_copy(&t->scratch, buf_slice(&text), &prefix);
	}
	buf_done(&text);
	directory_put(d);
	*ret = names_behind(t, prefix);
	return prefix.n ? ERR_NONE : ERR_NOT_FOUND;
}

enum err access_enter(struct task *t, const struct account *a)
{
	enum err e = access_names(t, a, &t->lent);

	t->names = &t->lent;
	t->has_asked = true; /* of each mailbox, by LIST */
	return e;
}

uint64_t access_flags(unsigned rights)
{
	return (rights & RIGHT_SEEN ? (uint64_t)FLAG_SEEN : 0) |
	       (rights & RIGHT_DELETE_MESSAGES ? (uint64_t)FLAG_DELETED : 0) |
	       (rights & RIGHT_WRITE ? ~(uint64_t)(FLAG_SEEN | FLAG_DELETED) : 0);
}
