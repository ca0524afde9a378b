#include <assert.h>
#include <stdlib.h>

#include "store/states_private.h"

void facts_add(struct facts *f, int64_t id, uint64_t modseq, enum fact_kind kind)
{
	if (f->count == f->capacity) {
		f->capacity = f->capacity ? f->capacity * 2 : 64;
		f->list = reallocarray(f->list, f->capacity, sizeof(*f->list));
		assert(f->list); /* few more than max, or than the log has */
	}
	f->list[f->count++] = (struct fact){ id, modseq, kind };
}

bool fact_source_add(struct fact_source *s, int64_t id, uint64_t modseq,
		     enum fact_kind kind)
{
	if (modseq >= s->facts->bound) return false;
	if (s->count && s->last.id == id && s->last.modseq == modseq) return true;
	if (s->count > s->facts->max) {
		s->facts->bound = modseq;
		return false;
	}
	s->count++;
	s->last = (struct fact){ id, modseq, kind };
	facts_add(s->facts, id, modseq, kind);
	return true;
}

void facts_add_gone(void *facts, const struct gone *g)
{
	struct facts *f = facts;
	bool is_new = g->created > f->since;

	if (g->what == GONE_WHOLLY)
		facts_add(f, g->id, g->modseq, is_new ? FACT_MADE_AND_GONE : FACT_GONE);
	else if (is_new)
		facts_add(f, g->id, g->created, FACT_MADE);
	else
		facts_add(f, g->id, g->modseq,
			  g->what == GONE_NO_MORE ? FACT_SHOWN : FACT_CHANGED);
}

/* --- one of each object --- */

static int order(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_objects(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;
	int by_id = order((uint64_t)x->id, (uint64_t)y->id);
	int by_kind = order(y->kind, x->kind);

	return by_id ? by_id : by_kind ? by_kind : order(y->modseq, x->modseq);
}

static void keep_first_of_each(struct facts *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->count; i++)
		if (i == 0 || f->list[i].id != f->list[kept - 1].id)
			f->list[kept++] = f->list[i];
	f->count = kept;
}

static int compare_modseqs(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;
	int by_modseq = order(x->modseq, y->modseq);

	return by_modseq ? by_modseq : order((uint64_t)x->id, (uint64_t)y->id);
}

static void drop_unknown(struct facts *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->count; i++)
		if (f->list[i].kind != FACT_MADE_AND_GONE && f->list[i].modseq < f->bound)
			f->list[kept++] = f->list[i];
	f->count = kept;
}

/* --- the cut --- */

/* Before the first modseq of which not all fit; false when that is the first of all. */
static bool cut(struct facts *f)
{
	if (f->count <= f->max) return f->bound > f->since + 1;
	f->bound = f->list[f->max].modseq;
	drop_unknown(f);
	return f->count;
}

static int64_t *ids_of(const struct facts *f, enum fact_kind first, enum fact_kind last,
		       uint32_t *ret_count)
{
	int64_t *ids = calloc(f->count + 1, sizeof(*ids));
	uint32_t n = 0;

	assert(ids);
	for (size_t i = 0; i < f->count; i++)
		if (first <= f->list[i].kind && f->list[i].kind <= last)
			ids[n++] = f->list[i].id;
	*ret_count = n;
	return ids;
}

static void give(const struct facts *f, uint64_t now, struct state_changes *ret)
{
	bool changed = false;

	for (size_t i = 0; i < f->count; i++)
		if (f->list[i].kind >= FACT_CHANGED && f->list[i].kind <= FACT_SHOWN)
			changed = true;
	ret->created = ids_of(f, FACT_MADE, FACT_MADE, &ret->created_count);
	ret->updated = ids_of(f, FACT_COUNTED, FACT_SHOWN, &ret->updated_count);
	ret->shown = ids_of(f, FACT_SHOWN, FACT_SHOWN, &ret->shown_count);
	ret->destroyed = ids_of(f, FACT_GONE, FACT_GONE, &ret->destroyed_count);
	ret->has_more = f->bound != UINT64_MAX;
	ret->state = ret->has_more ? f->bound - 1 : now;
	ret->are_counts = ret->updated_count && !changed;
}

static void sort(struct facts *f, int (*compare)(const void *, const void *))
{
	if (f->count) qsort(f->list, f->count, sizeof(*f->list), compare);
}

enum err facts_settle(struct facts *f, uint64_t now, struct state_changes *ret)
{
	enum err e = ERR_NOT_FOUND;

	sort(f, compare_objects);
	keep_first_of_each(f);
	drop_unknown(f);
	sort(f, compare_modseqs);
	if (cut(f)) {
		give(f, now, ret);
		e = ERR_NONE;
	}
	free(f->list);
	f->list = NULL;
	return e;
}
