#include "jmap/affected.h"

#include <assert.h>
#include <stdlib.h>

#include "store/email_facts.h"

enum { FIRST_CAPACITY = 64 };

void affected_done(struct affected *f)
{
	free(f->emails);
	*f = (struct affected){ 0 };
}

static enum err add(struct affected *f, int64_t id, bool is_new)
{
	if (f->count == AFFECTED_MAX) return ERR_NOT_FOUND;
	if (f->count == f->capacity) {
		f->capacity = f->capacity ? 2 * f->capacity : FIRST_CAPACITY;
		f->emails = reallocarray(f->emails, f->capacity, sizeof(*f->emails));
		assert(f->emails); /* AFFECTED_MAX at most */
	}
	f->emails[f->count++] = (struct affected_email){ .id = id, .is_new = is_new };
	return ERR_NONE;
}

static enum err add_list(struct affected *f, const int64_t *ids, uint32_t count,
			 bool are_new)
{
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < count; i++)
		e = add(f, ids[i], are_new);
	return e;
}

/* Of one object what is told as new stands first. */
static int compare(const void *a, const void *b)
{
	const struct affected_email *x = a, *y = b;

	if (x->id != y->id) return x->id < y->id ? -1 : 1;
	return y->is_new - x->is_new;
}

static void put_in_order(struct affected *f)
{
	uint32_t kept = 0;

	if (f->count) qsort(f->emails, f->count, sizeof(*f->emails), compare);
	for (uint32_t i = 0; i < f->count; i++)
		if (!kept || f->emails[i].id != f->emails[kept - 1].id)
			f->emails[kept++] = f->emails[i];
	f->count = kept;
}

void affected_remove(struct affected *f, int64_t id)
{
	uint32_t from = 0, to = f->count;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (f->emails[middle].id < id)
			from = middle + 1;
		else
			to = middle;
	}
	if (from < f->count && f->emails[from].id == id) f->emails[from].is_out = true;
}

uint32_t affected_list(const struct affected *f, bool are_new, int64_t *ret)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < f->count; i++)
		if (f->emails[i].is_new == are_new && !f->emails[i].is_out)
			ret[count++] = f->emails[i].id;
	return count;
}

/* --- threads --- */

struct adding {
	struct affected *affected;
	enum err e;
};

static bool add_member(void *context, int64_t email)
{
	struct adding *g = context;

	g->e = add(g->affected, email, false);
	return !g->e;
}

static enum err add_thread(struct affected *f, struct account *a, int64_t thread)
{
	struct adding g = { .affected = f };
	enum err e = email_each_of_thread(a, thread, add_member, &g);

	if (e == ERR_NOT_FOUND) return ERR_NONE; /* with all of its emails */
	return e ? e : g.e;
}

static enum err add_threads(struct affected *f, struct account *a, const int64_t *threads,
			    uint32_t count)
{
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < count; i++)
		e = add_thread(f, a, threads[i]);
	return e;
}

/* A thread is told as changed where emails came or went, not where they changed. */
static enum err add_threads_of(struct affected *f, struct account *a,
			       const int64_t *emails, uint32_t count)
{
	struct email_facts facts;
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < count; i++) {
		e = email_facts_get(a, emails[i], &facts);
		if (e == ERR_NOT_FOUND)
			e = ERR_NONE;
		else if (!e)
			e = add_thread(f, a, facts.thread);
	}
	return e;
}

static enum err add_changed_threads(struct affected *f, struct account *a, uint64_t since)
{
	struct state_changes threads;
	enum err e = state_changes(a, STATE_THREAD, since, AFFECTED_MAX, &threads);

	if (!e && threads.has_more) e = ERR_NOT_FOUND;
	if (!e) e = add_threads(f, a, threads.created, threads.created_count);
	if (!e) e = add_threads(f, a, threads.updated, threads.updated_count);
	state_changes_done(&threads);
	return e;
}

enum err affected_find(struct account *a, uint64_t since, bool with_threads,
		       struct affected *ret)
{
	struct state_changes k;
	enum err e = state_changes(a, STATE_EMAIL, since, AFFECTED_MAX, &k);

	*ret = (struct affected){ 0 };
	if (!e && k.has_more) e = ERR_NOT_FOUND;
	if (!e) e = add_list(ret, k.created, k.created_count, true);
	if (!e) e = add_list(ret, k.updated, k.updated_count, false);
	if (!e) e = add_list(ret, k.destroyed, k.destroyed_count, false);
	if (!e && with_threads) e = add_changed_threads(ret, a, since);
	if (!e && with_threads) e = add_threads_of(ret, a, k.updated, k.updated_count);
	state_changes_done(&k);
	put_in_order(ret);
	return e;
}
