#include "jmap/mailbox_values.h"

#include <string.h>

#include "message/text.h"

enum { SORT_ORDER_MAX = INT32_MAX };

struct reading {
	struct call *call;
	struct account *account;
	const json_t *object;
	const struct mailbox_view *now;
	struct mailbox_values *values;
	struct set_outcome *outcome;
};

void mailbox_values_init(struct mailbox_values *v)
{
	*v = (struct mailbox_values){ 0 };
	buf_init(&v->path, 2 * MAILBOX_NAME_MAX);
}

void mailbox_values_done(struct mailbox_values *v)
{
	buf_done(&v->path);
}

static void refuse(struct reading *r, const char *property, const char *why)
{
	set_refuse(r->outcome, "invalidProperties", property, why);
}

/* NULL: absent, or null, which means the default. */
static const json_t *value_of(const struct reading *r, const char *property)
{
	const json_t *value = json_object_get(r->object, property);

	return json_is_null(value) ? NULL : value;
}

/* --- the place: parentId and name --- */

static int64_t parent_number(const struct reading *r, const json_t *value)
{
	const char *id =
		json_is_string(value) ? call_id(r->call, json_string_value(value)) : NULL;

	return id ? id_number(r->call, OBJECT_MAILBOX, id) : -1;
}

/* Appends the path above the mailbox, and "/". */
static enum err read_parent(struct reading *r)
{
	const json_t *value = value_of(r, "parentId");
	struct mailbox parent;
	struct arena arena;
	int64_t id;
	enum err e = ERR_NOT_FOUND;

	if (!value) return ERR_NONE;
	arena_init(&arena, MAILBOX_ARENA);
	id = parent_number(r, value);
	if (id >= 0) e = mailbox_get(r->account, id, &arena, &parent);
	if (e == ERR_NOT_FOUND)
		refuse(r, "parentId", "there is no such mailbox");
	else if (!e)
		buf_addf(&r->values->path, "%.*s/", FMT(parent.name));
	arena_done(&arena);
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

/* The name as it is shown, if it stays so: INBOX is not what it is called. */
static bool keeps_name(const struct reading *r, slice name)
{
	return r->now && slice_eq(name, mailbox_shown_name(&r->now->m));
}

static bool add_composed(struct reading *r, slice name)
{
	struct buf composed;
	bool is_good;

	buf_init(&composed, MAILBOX_NAME_MAX);
	is_good = text_to_nfc(name, &composed) && composed.n &&
		  slice_find_char(buf_slice(&composed), '/') == composed.n;
	r->values->is_composed = is_good && !slice_eq(name, buf_slice(&composed));
	buf_add(&r->values->path, buf_slice(&composed));
	buf_done(&composed);
	return is_good;
}

static void read_name(struct reading *r)
{
	const json_t *value = value_of(r, "name");

	if (!json_is_string(value)) {
		refuse(r, "name", "a mailbox needs a name");
	} else if (keeps_name(r, json_text(value))) {
		buf_add(&r->values->path, mailbox_leaf(r->now->m.name));
	} else if (!add_composed(r, json_text(value)) ||
		   (!r->outcome->error &&
		    !is_mailbox_name(buf_slice(&r->values->path)))) {
		refuse(r, "name",
		       "it is too long or deep, or has controls, \"/\", \"*\" or \"%\"");
	}
}

/* --- the other properties --- */

static bool keeps_role(const struct reading *r, const char *role)
{
	const char *now = r->now ? mailbox_role(call_user(r->call), &r->now->m) : NULL;

	return now && !strcmp(now, role);
}

static void read_role(struct reading *r)
{
	const json_t *value = value_of(r, "role");
	const char *role = json_string_value(value);

	if (!value && keeps_role(r, "inbox"))
		refuse(r, "role", "the inbox stays the inbox");
	if (!value) return;
	if (role && keeps_role(r, role))
		r->values->use = r->now->m.use;
	else if (!role || !mailbox_use_of_role(role, &r->values->use))
		refuse(r, "role", "it can be archive, drafts, junk, sent or trash");
}

static void read_sort_order(struct reading *r)
{
	const json_t *value = value_of(r, "sortOrder");
	json_int_t order = json_integer_value(value);

	if (!value) return;
	if (!json_is_integer(value) || order < 0 || order > SORT_ORDER_MAX)
		refuse(r, "sortOrder", "it must be from 0 to 2147483647");
	else
		r->values->sort_order = (uint32_t)order;
}

/* True unless said otherwise: the mailbox is the user's own. */
static void read_subscribed(struct reading *r)
{
	const json_t *value = value_of(r, "isSubscribed");

	if (value && !json_is_boolean(value))
		refuse(r, "isSubscribed", "it must be true or false");
	r->values->subscribed = !json_is_false(value);
}

enum err mailbox_values_read(struct call *c, struct account *a, const json_t *object,
			     const struct mailbox_view *now, struct mailbox_values *v,
			     struct set_outcome *o)
{
	struct reading r = { c, a, object, now, v, o };
	enum err e = read_parent(&r);

	if (e) return e;
	read_name(&r);
	read_role(&r);
	read_sort_order(&r);
	read_subscribed(&r);
	return ERR_NONE;
}
