#include "imap/name_set.h"

#include "base/siphash.h"

void name_set_done(struct name_set *s)
{
	map_done(&s->names);
}

void name_set_add(struct name_set *s, slice name)
{
	uint64_t hash = siphash_process(name);

	map_put(&s->names, (slice){ (const char *)&hash, sizeof(hash) }, s);
}

bool name_set_has(const struct name_set *s, slice name)
{
	uint64_t hash = siphash_process(name);

	return map_find(&s->names, (slice){ (const char *)&hash, sizeof(hash) });
}

bool find_parent(slice name, slice *ret)
{
	for (size_t n = name.n; n > 0; n--) {
		if (name.p[n - 1] != '/') continue;
		*ret = slice_head(name, n - 1);
		return true;
	}
	return false;
}

/* Above what is there already, all is. */
void name_set_add_above(struct name_set *s, slice name)
{
	while (find_parent(name, &name)) {
		if (name_set_has(s, name)) return;
		name_set_add(s, name);
	}
}
