#include "jmap/newest_page.h"

#include <assert.h>
#include <stdlib.h>

#include "store/email_facts.h"
#include "store/states.h"

enum { LOOKS_PER_EMAIL = 4, LOOKS_LEAST = 200 }; /* emails that are looked at */

struct page {
	struct account *account;
	int64_t mailbox; /* 0: any */
	bool collapses;
	struct thread_numbers threads; /* of what was found */
	int64_t *ids;
	uint32_t count, wanted, looks;
	bool is_seen; /* the email that is looked at is in the mailbox */
	enum err e;
};

/* The mailbox of a filter that is about one alone; 0: of none at all; -1: another one. */
static int64_t mailbox_of(const struct filter_node *n)
{
	if (n->kind == FILTER_IN_MAILBOX) return n->number > 0 ? n->number : -1;
	if (n->kind != FILTER_AND || (n->child && n->child->next)) return -1;
	return n->child ? mailbox_of(n->child) : 0;
}

bool newest_page_fits(const struct email_search *s)
{
	const struct sort_criterion *by = &s->sort.criteria[0];

	return mailbox_of(s->filter.root) >= 0 && s->sort.count == 1 &&
	       by->by == SORT_RECEIVED && by->descends;
}

static bool see_place(void *context, int64_t, const struct email_place *p)
{
	struct page *g = context;

	if (p->flags & FLAG_DELETED) return true;
	g->is_seen |= !g->mailbox || p->mailbox == g->mailbox;
	return !g->is_seen;
}

/* The first email of its thread, where only that counts. */
static bool is_first(struct page *g, int64_t thread)
{
	uint32_t known = g->threads.count;

	return !g->collapses || thread_number(&g->threads, thread) == known;
}

static bool see_email(void *context, const struct email_facts *f)
{
	struct page *g = context;

	if (g->count == g->wanted || !g->looks) return false;
	g->looks--;
	g->is_seen = false;
	g->e = email_places_each(g->account, f->id, see_place, g);
	if (g->is_seen && is_first(g, f->thread)) g->ids[g->count++] = f->id;
	return !g->e;
}

enum err newest_page_find(struct email_search *s, struct account *a, uint32_t count,
			  bool *ret_found)
{
	struct page g = { .account = a,
			  .mailbox = mailbox_of(s->filter.root),
			  .collapses = s->collapses,
			  .wanted = count,
			  .looks = LOOKS_LEAST + LOOKS_PER_EMAIL * count };
	enum err e;

	g.ids = calloc((size_t)count + 1, sizeof(*g.ids));
	assert(g.ids); /* NEWEST_MAX at most */
	e = email_newest_each(a, see_email, &g);
	if (!e) e = g.e;
	thread_numbers_done(&g.threads);
	*ret_found = !e && g.looks;
	if (*ret_found) {
		s->ids = g.ids;
		s->count = g.count;
		return state_now(a, STATE_EMAIL, &s->state);
	}
	free(g.ids);
	return e;
}
