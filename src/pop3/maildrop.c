#include "pop3/maildrop.h"

#include <assert.h>
#include <stdlib.h>

static void set_capacity(struct maildrop *d, uint32_t cap)
{
	d->list = reallocarray(d->list, cap, sizeof(*d->list));
	assert(d->list);
	d->cap = cap;
}

void maildrop_done(struct maildrop *d)
{
	free(d->list);
	*d = (struct maildrop){ 0 };
}

void maildrop_add(struct maildrop *d, const struct drop_message *m)
{
	assert(d->count == 0 || d->list[d->count - 1].uid < m->uid);
	if (d->count == d->cap) set_capacity(d, d->cap ? d->cap * 2 : 16);
	d->list[d->count++] = *m;
	d->shown++;
	d->shown_size += m->size;
}

void maildrop_truncate(struct maildrop *d, uint32_t count)
{
	while (d->count > count) {
		const struct drop_message *m = &d->list[--d->count];

		if (m->marks & MARK_DELETED) continue;
		d->shown--;
		d->shown_size -= m->size;
	}
	if (d->count == 0)
		maildrop_done(d);
	else if (d->count < d->cap)
		set_capacity(d, d->count);
}

struct drop_message *maildrop_find(const struct maildrop *d, uint32_t number)
{
	struct drop_message *m;

	if (number == 0 || number > d->count) return NULL;
	m = &d->list[number - 1];
	return m->marks & MARK_DELETED ? NULL : m;
}

void maildrop_delete(struct maildrop *d, struct drop_message *m)
{
	assert(!(m->marks & MARK_DELETED));
	m->marks |= MARK_DELETED;
	d->shown--;
	d->shown_size -= m->size;
}

void maildrop_reset(struct maildrop *d)
{
	for (uint32_t i = 0; i < d->count; i++) {
		struct drop_message *m = &d->list[i];

		if (!(m->marks & MARK_DELETED)) continue;
		m->marks &= ~(unsigned)MARK_DELETED;
		d->shown++;
		d->shown_size += m->size;
	}
}

void maildrop_select(const struct maildrop *d, unsigned marks, struct interval_set *ret)
{
	for (uint32_t i = 0; i < d->count; i++)
		if ((d->list[i].marks & marks) == marks)
			interval_set_add(ret, d->list[i].uid);
}
