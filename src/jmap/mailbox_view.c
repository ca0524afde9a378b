#include "jmap/mailbox_view.h"

#include <assert.h>
#include <string.h>

#include "store/email_view.h"

/* --- names and roles --- */

static size_t leaf_start(slice path)
{
	size_t n = path.n;

	while (n && path.p[n - 1] != '/')
		n--;
	return n;
}

slice mailbox_leaf(slice path)
{
	return slice_skip(path, leaf_start(path));
}

slice mailbox_parent_path(slice path)
{
	size_t n = leaf_start(path);

	return slice_head(path, n ? n - 1 : 0);
}

slice mailbox_shown_name(const struct mailbox *m)
{
	return slice_eq(m->name, S("INBOX")) ? S("Inbox") : mailbox_leaf(m->name);
}

static const struct {
	const char *name;
	bool can_be_given; /* to a mailbox that is an ordinary one (RFC 6154 2) */
} roles[] = {
	[USE_NONE] = { NULL, false },      [USE_ARCHIVE] = { "archive", true },
	[USE_DRAFTS] = { "drafts", true }, [USE_FLAGGED] = { "flagged", false },
	[USE_JUNK] = { "junk", true },     [USE_SENT] = { "sent", true },
	[USE_TRASH] = { "trash", true },   [USE_ALL] = { "all", false },
};

const char *mailbox_role(const struct jmap_user *user, const struct mailbox *m)
{
	return slice_eq(m->name, user->inbox) ? "inbox" : roles[m->use].name;
}

bool mailbox_use_of_role(const char *role, enum special_use *ret)
{
	for (unsigned use = USE_NONE + 1; use < countof(roles); use++)
		if (roles[use].can_be_given && !strcmp(roles[use].name, role)) {
			*ret = (enum special_use)use;
			return true;
		}
	return false;
}

bool mailbox_is_fixed(const struct jmap_user *user, const struct mailbox *m)
{
	return slice_eq(m->name, user->inbox) || slice_eq(m->name, S("INBOX"));
}

/* --- reading --- */

static enum err find_parent(struct account *a, struct arena *arena,
			    struct mailbox_view *v)
{
	slice path = mailbox_parent_path(v->m.name);
	struct mailbox parent;
	enum err e;

	if (!path.n) return ERR_NONE;
	e = mailbox_find(a, path, arena, &parent);
	if (!e) v->parent = parent.id;
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

enum err mailbox_view_get(struct account *a, int64_t id, struct arena *arena,
			  struct mailbox_view *ret)
{
	struct mailbox_view v = { 0 };
	enum err e = mailbox_get(a, id, arena, &v.m);

	if (!e) e = find_parent(a, arena, &v);
	if (!e) *ret = v;
	return e;
}

/* --- properties --- */

struct writer {
	const struct call *call;
	struct account *account;
	const struct mailbox_view *view;
	bool has_counts;
	struct thread_counts counts; /* when they are needed first */
	enum err failure;
};

static json_t *name_of(struct writer *w)
{
	return json_slice(mailbox_shown_name(&w->view->m));
}

static json_t *parent_of(struct writer *w)
{
	if (!w->view->parent) return json_null();
	return json_id(OBJECT_MAILBOX, call_user(w->call)->account, w->view->parent);
}

static json_t *role_of(struct writer *w)
{
	const char *role = mailbox_role(call_user(w->call), &w->view->m);

	return role ? json_string(role) : json_null();
}

static json_t *sort_order_of(struct writer *w)
{
	return json_integer(w->view->m.sort_order);
}

static json_t *is_subscribed(struct writer *w)
{
	return json_boolean(w->view->m.subscribed);
}

static const struct thread_counts *counts_of(struct writer *w)
{
	if (w->has_counts) return &w->counts;
	w->failure = email_count_threads(w->account, w->view->m.id, &w->counts);
	w->has_counts = true;
	return &w->counts;
}

static json_t *total_emails(struct writer *w)
{
	return json_integer(counts_of(w)->emails);
}

static json_t *unread_emails(struct writer *w)
{
	return json_integer(counts_of(w)->unread_emails);
}

static json_t *total_threads(struct writer *w)
{
	return json_integer(counts_of(w)->total);
}

static json_t *unread_threads(struct writer *w)
{
	return json_integer(counts_of(w)->unread);
}

/* The mailbox is the user's own; a level without messages takes none. */
static json_t *rights(struct writer *w)
{
	int holds = w->view->m.selectable;
	int moves = !mailbox_is_fixed(call_user(w->call), &w->view->m);

	return json_pack("{s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b}", "mayReadItems",
			 holds, "mayAddItems", holds, "mayRemoveItems", holds,
			 "maySetSeen", holds, "maySetKeywords", holds, "mayCreateChild",
			 1, "mayRename", moves, "mayDelete", moves, "maySubmit", holds);
}

enum { NAME, PARENT, ROLE, SORT_ORDER, SUBSCRIBED, OURS }; /* from OURS on */

const char *const mailbox_properties[] = {
	[NAME] = "name",
	[PARENT] = "parentId",
	[ROLE] = "role",
	[SORT_ORDER] = "sortOrder",
	[SUBSCRIBED] = "isSubscribed",
	[OURS] = "totalEmails",
	"unreadEmails",
	"totalThreads",
	"unreadThreads",
	"myRights",
	NULL,
};

static json_t *(*const writers[])(struct writer *w) = {
	[NAME] = name_of,
	[PARENT] = parent_of,
	[ROLE] = role_of,
	[SORT_ORDER] = sort_order_of,
	[SUBSCRIBED] = is_subscribed,
	[OURS] = total_emails,
	unread_emails,
	total_threads,
	unread_threads,
	rights,
};

static_assert(countof(writers) + 1 == countof(mailbox_properties));

bool mailbox_property_is_ours(const char *name)
{
	for (size_t i = 0; i < OURS; i++)
		if (!strcmp(mailbox_properties[i], name)) return false;
	return true;
}

enum err mailbox_json(const struct call *c, struct account *a,
		      const struct mailbox_view *v, mailbox_wish *wish, void *context,
		      json_t **ret)
{
	struct writer w = { .call = c, .account = a, .view = v };
	json_t *object = json_object();

	json_object_set_new(object, "id",
			    json_id(OBJECT_MAILBOX, call_user(c)->account, v->m.id));
	for (size_t i = 0; i < countof(writers); i++)
		if (wish(context, mailbox_properties[i]))
			json_object_set_new(object, mailbox_properties[i],
					    writers[i](&w));
	if (w.failure)
		json_decref(object);
	else
		*ret = object;
	return w.failure;
}
