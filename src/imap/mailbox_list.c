#include "imap/mailbox_list.h"

#include <stdlib.h>

#include "store/acl.h"

struct reading {
	struct mailbox_list *list;
	const struct names *names;
	uint32_t mailboxes; /* those from there on are subscriptions without one */
	enum err e;

	struct account *account; /* another's: */
	int64_t reader;
	const struct mailbox_list *home;
};

static void grow(struct mailbox_list *l)
{
	if (l->count < l->capacity) return;
	l->capacity = l->capacity ? l->capacity * 2 : 64;
	l->at = reallocarray(l->at, l->capacity, sizeof(*l->at));
	if (!l->at) abort();
}

static bool keep(struct reading *r, const struct mailbox *m)
{
	struct mailbox_list *l = r->list;

	if (l->count == MAILBOX_LIST_MAX) r->e = ERR_LIMIT;
	if (r->e) return false;
	grow(l);
	l->at[l->count] = *m;
	if (!arena_copy(&l->arena, m->name, &l->at[l->count].name)) r->e = ERR_LIMIT;
	l->count++;
	return !r->e;
}

static bool add(struct reading *r, const struct mailbox *m)
{
	slice visible;

	return !name_visible(r->names, m->name, &visible) || keep(r, m);
}

static bool add_mailbox(void *context, const struct mailbox *m)
{
	return add(context, m);
}

static int compare_names(const void *a, const void *b)
{
	return slice_cmp(((const struct mailbox *)a)->name,
			 ((const struct mailbox *)b)->name);
}

static int compare_ids(const void *a, const void *b)
{
	const struct mailbox *x = *(const struct mailbox *const *)a;
	const struct mailbox *y = *(const struct mailbox *const *)b;

	return (x->id > y->id) - (x->id < y->id);
}

static bool add_subscription(void *context, slice name)
{
	struct reading *r = context;
	const struct mailbox key = { .name = name, .subscribed = true };

	if (r->mailboxes &&
	    bsearch(&key, r->list->at, r->mailboxes, sizeof(key), compare_names))
		return true;
	return add(r, &key);
}

static void sort_by_name(struct mailbox_list *l)
{
	if (l->count) qsort(l->at, l->count, sizeof(*l->at), compare_names);
}

static enum err index_list(struct mailbox_list *l)
{
	sort_by_name(l);
	l->by_id = arena_alloc_array(&l->arena, l->count, sizeof(const void *));
	if (!l->by_id) return ERR_LIMIT;
	for (uint32_t i = 0; i < l->count; i++)
		if (l->at[i].id) l->by_id[l->id_count++] = &l->at[i];
	if (l->id_count) qsort(l->by_id, l->id_count, sizeof(const void *), compare_ids);
	return ERR_NONE;
}

enum err mailbox_list_read(struct account *a, const struct names *names,
			   struct mailbox_list *ret)
{
	struct reading r = { .list = ret, .names = names };
	enum err e;

	*ret = (struct mailbox_list){ 0 };
	arena_init(&ret->arena, MAILBOX_LIST_OCTETS_MAX);
	e = mailbox_each(a, add_mailbox, &r);
	sort_by_name(ret);
	r.mailboxes = ret->count;
	if (!e && !r.e) e = subscription_each(a, add_subscription, &r);
	if (!e) e = r.e;
	return e ? e : index_list(ret);
}

static bool add_shared(void *context, const struct mailbox *m)
{
	struct reading *r = context;
	struct mailbox shown = *m;
	const struct mailbox *at_home;
	unsigned rights;

	r->e = acl_rights(r->account, m->id, r->reader, &rights);
	if (r->e) return false;
	if (!(rights & RIGHT_LOOKUP) || !name_visible(r->names, m->name, &shown.name))
		return true;
	at_home = mailbox_list_find(r->home, shown.name);
	shown.subscribed = at_home && at_home->subscribed;
	shown.use = USE_NONE;
	if (!(rights & RIGHT_READ)) name_set_add(&r->list->unreadable, shown.name);
	return keep(r, &shown);
}

enum err mailbox_list_read_shared(struct account *a, int64_t reader,
				  const struct names *names,
				  const struct mailbox_list *home,
				  struct mailbox_list *ret)
{
	struct reading r = {
		.list = ret, .names = names, .account = a, .reader = reader, .home = home
	};
	enum err e;

	*ret = (struct mailbox_list){ 0 };
	arena_init(&ret->arena, MAILBOX_LIST_OCTETS_MAX);
	e = mailbox_each(a, add_shared, &r);
	if (!e) e = r.e;
	return e ? e : index_list(ret);
}

void mailbox_list_done(struct mailbox_list *l)
{
	name_set_done(&l->unreadable);
	arena_done(&l->arena);
	free(l->at);
	*l = (struct mailbox_list){ 0 };
}

const struct mailbox *mailbox_list_find(const struct mailbox_list *l, slice name)
{
	const struct mailbox key = { .name = name };

	if (!l->count) return NULL;
	return bsearch(&key, l->at, l->count, sizeof(key), compare_names);
}

const struct mailbox *mailbox_list_find_id(const struct mailbox_list *l, int64_t id)
{
	const struct mailbox key = { .id = id }, *pointer = &key;
	const struct mailbox **found;

	if (!l->id_count) return NULL;
	found = bsearch(&pointer, l->by_id, l->id_count, sizeof(const void *),
			compare_ids);
	return found ? *found : NULL;
}

/* Whether a name stands behind all that are neither top nor below it: octets up to '/'
 * may come between the two. */
bool mailbox_list_has_below(const struct mailbox_list *l, slice name)
{
	uint32_t low = 0, high = l->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		slice other = l->at[middle].name;
		int order = slice_cmp(slice_head(other, name.n), name);

		if (order < 0 || (order == 0 && (other.n <= name.n ||
						 (unsigned char)other.p[name.n] < '/')))
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < l->count; low++) {
		slice other = l->at[low].name;

		if (!slice_starts(other, name) || other.n <= name.n ||
		    other.p[name.n] != '/')
			return false;
		if (l->at[low].id) return true;
	}
	return false;
}
