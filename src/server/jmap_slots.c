#include "server/jmap_slots.h"

#include <assert.h>
#include <stdlib.h>

struct slot_user {
	unsigned taken[JMAP_SLOT_KINDS];
};

void jmap_slots_init(struct jmap_slots *s)
{
	pthread_mutex_init(&s->lock, NULL);
	map_init(&s->users, MAP_COPIES_KEYS);
}

void jmap_slots_done(struct jmap_slots *s)
{
	const struct map_entry *e;
	size_t cursor = 0;

	while ((e = map_next(&s->users, &cursor)))
		free(e->value);
	map_done(&s->users);
	pthread_mutex_destroy(&s->lock);
}

static struct slot_user *find_or_add(struct jmap_slots *s, slice user)
{
	struct slot_user *u = map_find(&s->users, user);

	if (u) return u;
	u = calloc(1, sizeof(*u));
	assert(u);
	map_put(&s->users, user, u);
	return u;
}

static bool is_idle(const struct slot_user *u)
{
	for (int i = 0; i < JMAP_SLOT_KINDS; i++)
		if (u->taken[i]) return false;
	return true;
}

bool jmap_slots_take(struct jmap_slots *s, slice user, enum jmap_slot kind, unsigned max)
{
	bool is_free;

	pthread_mutex_lock(&s->lock);
	struct slot_user *u = find_or_add(s, user);
	is_free = u->taken[kind] < max;
	if (is_free) u->taken[kind]++;
	pthread_mutex_unlock(&s->lock);
	return is_free;
}

void jmap_slots_leave(struct jmap_slots *s, slice user, enum jmap_slot kind)
{
	pthread_mutex_lock(&s->lock);
	struct slot_user *u = map_find(&s->users, user);

	assert(u && u->taken[kind]);
	u->taken[kind]--;
	if (is_idle(u)) free(map_remove(&s->users, user));
	pthread_mutex_unlock(&s->lock);
}
