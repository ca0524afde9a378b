#include "base/interval_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_MAX = 256 }; /* intervals */

struct interval_chunk {
	struct interval *at;
	uint32_t before; /* members in all chunks before this one */
	uint32_t total;  /* members in this one; 0 while they are to be counted anew */
	uint16_t n, cap;
};

/* Of an interval; at may be the chunk's n, which is the end of the chunk. */
struct position {
	uint32_t chunk, at;
};

static uint32_t size_of(struct interval i)
{
	return i.last - i.first + 1;
}

static uint32_t count_members(const struct interval *at, uint32_t n)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += size_of(at[i]);
	return sum;
}

/* --- chunks --- */

static void *resize(void *p, size_t count, size_t size)
{
	p = reallocarray(p, count, size);
	assert(p);
	return p;
}

/* Makes room for n empty chunks at index i. */
static void add_chunk(struct interval_set *s, uint32_t i)
{
	if (s->chunk_count == s->chunk_cap) {
		s->chunk_cap = s->chunk_cap ? s->chunk_cap * 2 : 1;
		s->chunks = resize(s->chunks, s->chunk_cap, sizeof(*s->chunks));
	}
	memmove(s->chunks + i + 1, s->chunks + i,
		(s->chunk_count - i) * sizeof(*s->chunks));
	s->chunks[i] = (struct interval_chunk){ 0 };
	s->chunk_count++;
}

static void remove_chunks(struct interval_set *s, uint32_t first, uint32_t n)
{
	struct interval_chunk *c;

	if (n == 0) return; /* there may be no chunks at all */
	c = s->chunks + first;
	for (uint32_t i = 0; i < n; i++)
		free(c[i].at);
	memmove(c, c + n, (s->chunk_count - first - n) * sizeof(*c));
	s->chunk_count -= n;
	if (s->chunk_count) return;
	free(s->chunks);
	*s = (struct interval_set){ 0 };
}

static void chunk_erase(struct interval_chunk *c, uint32_t first, uint32_t end)
{
	memmove(c->at + first, c->at + end, (c->n - end) * sizeof(*c->at));
	c->n = (uint16_t)(c->n - (end - first));
	c->total = 0;
}

static void chunk_insert(struct interval_chunk *c, uint32_t at,
			 const struct interval *from, uint32_t n)
{
	uint32_t need = c->n + n;

	assert(need <= CHUNK_MAX);
	if (need > c->cap) {
		uint32_t cap = c->cap * 2u > need ? c->cap * 2u : need;

		c->cap = (uint16_t)(cap < CHUNK_MAX ? cap : CHUNK_MAX);
		c->at = resize(c->at, c->cap, sizeof(*c->at));
	}
	memmove(c->at + at + n, c->at + at, (c->n - at) * sizeof(*c->at));
	memcpy(c->at + at, from, n * sizeof(*from));
	c->n = (uint16_t)need;
	c->total = 0;
}

/* --- finding --- */

/* The first interval that ends at value or later; the chunk past the last for none. */
static struct position find(const struct interval_set *s, uint32_t value)
{
	struct position low = { 0 };
	uint32_t end = s->chunk_count;

	while (low.chunk < end) {
		uint32_t middle = low.chunk + (end - low.chunk) / 2;
		const struct interval_chunk *c = s->chunks + middle;

		if (c->at[c->n - 1].last < value)
			low.chunk = middle + 1;
		else
			end = middle;
	}
	if (low.chunk == s->chunk_count) return low;
	end = s->chunks[low.chunk].n;
	while (low.at < end) {
		uint32_t middle = low.at + (end - low.at) / 2;

		if (s->chunks[low.chunk].at[middle].last < value)
			low.at = middle + 1;
		else
			end = middle;
	}
	return low;
}

static const struct interval *interval_at(const struct interval_set *s, struct position p)
{
	return p.chunk < s->chunk_count ? s->chunks[p.chunk].at + p.at : NULL;
}

/* The end of the last chunk stands for the chunk past the last, where there is one. */
static struct position step_back(const struct interval_set *s, struct position p)
{
	if (p.chunk == 0 || p.chunk < s->chunk_count) return p;
	return (struct position){ p.chunk - 1, s->chunks[p.chunk - 1].n };
}

/* --- changing --- */

static void erase(struct interval_set *s, struct position first, struct position end)
{
	struct interval_chunk *c = s->chunks + first.chunk;

	if (first.chunk == end.chunk) {
		chunk_erase(c, first.at, end.at);
		return;
	}
	chunk_erase(c, first.at, c->n);
	chunk_erase(s->chunks + end.chunk, 0, end.at);
	remove_chunks(s, first.chunk + 1, end.chunk - first.chunk - 1);
}

/* Makes room for two intervals at p and says where p is now. Growth at the end leaves
 * full chunks behind, growth elsewhere half full ones. */
static struct position make_room(struct interval_set *s, struct position p)
{
	const uint32_t half = CHUNK_MAX / 2;
	struct interval_chunk *c;

	if (s->chunk_count == 0) add_chunk(s, 0);
	if (s->chunks[p.chunk].n + 2 <= CHUNK_MAX) return p;
	add_chunk(s, p.chunk + 1);
	c = s->chunks + p.chunk;
	if (p.chunk + 2 == s->chunk_count && p.at == c->n)
		return (struct position){ p.chunk + 1, 0 };
	chunk_insert(c + 1, 0, c->at + half, c->n - half);
	chunk_erase(c, half, c->n);
	return p.at <= half ? p : (struct position){ p.chunk + 1, p.at - half };
}

/* Joins chunk i and the next when they are small, so that removals leave no crumbs. */
static void join_next(struct interval_set *s, uint32_t i)
{
	struct interval_chunk *c;

	if (i + 1 >= s->chunk_count) return;
	c = &s->chunks[i];
	if (c[0].n + c[1].n > CHUNK_MAX / 2) return;
	chunk_insert(c, c->n, c[1].at, c[1].n);
	remove_chunks(s, i + 1, 1);
}

/* Counts what changed and renumbers from chunk first on. */
static void renumber(struct interval_set *s, uint32_t first)
{
	uint32_t before =
		first ? s->chunks[first - 1].before + s->chunks[first - 1].total : 0;

	for (uint32_t i = first; i < s->chunk_count; i++) {
		struct interval_chunk *c = s->chunks + i;

		if (c->total == 0) c->total = count_members(c->at, c->n);
		c->before = before;
		before += c->total;
	}
}

/* Restores "none empty" and the numbers after a change in chunk i or the two behind it.
 */
static void settle(struct interval_set *s, uint32_t i)
{
	for (uint32_t k = i + 3; k-- > i;)
		if (k < s->chunk_count && s->chunks[k].n == 0) remove_chunks(s, k, 1);
	join_next(s, i);
	if (i > 0) join_next(s, --i);
	renumber(s, i);
}

/* Puts n (at most 2) intervals in the place of those from first up to end. */
static void splice(struct interval_set *s, struct position first, struct position end,
		   const struct interval *with, uint32_t n)
{
	if (s->chunk_count) erase(s, first, end);
	if (n) {
		struct position p = make_room(s, first);

		chunk_insert(s->chunks + p.chunk, p.at, with, n);
	}
	settle(s, first.chunk);
}

/* The run of intervals that have a value from low to high. */
static void find_run(const struct interval_set *s, uint32_t low, uint32_t high,
		     struct position *ret_first, struct position *ret_end)
{
	const struct interval *last;

	*ret_first = step_back(s, find(s, low));
	*ret_end = find(s, high);
	last = interval_at(s, *ret_end);
	if (last && last->first <= high) ret_end->at++;
	*ret_end = step_back(s, *ret_end);
}

void interval_set_add_range(struct interval_set *s, uint32_t first, uint32_t last)
{
	struct interval whole = { first ? first : 1, last };
	struct position p, end;
	const struct interval *i;

	if (whole.first > whole.last) return;
	/* Neighbours are swallowed too, so that intervals never touch. */
	i = interval_at(s, find(s, whole.first - 1));
	if (i && i->first < whole.first) whole.first = i->first;
	i = interval_at(s, find(s, last));
	if (i && i->first - 1 <= last) whole.last = i->last;
	find_run(s, whole.first, whole.last, &p, &end);
	splice(s, p, end, &whole, 1);
}

void interval_set_remove_range(struct interval_set *s, uint32_t first, uint32_t last)
{
	struct position p, end;
	struct interval rest[2];
	const struct interval *i;
	uint32_t n = 0;

	if (first == 0) first = 1;
	if (first > last) return;
	i = interval_at(s, find(s, first));
	if (!i || i->first > last) return;
	if (i->first < first) rest[n++] = (struct interval){ i->first, first - 1 };
	i = interval_at(s, find(s, last));
	if (i && i->first <= last && i->last > last)
		rest[n++] = (struct interval){ last + 1, i->last };
	find_run(s, first, last, &p, &end);
	splice(s, p, end, rest, n);
}

void interval_set_add(struct interval_set *s, uint32_t value)
{
	interval_set_add_range(s, value, value);
}

void interval_set_remove(struct interval_set *s, uint32_t value)
{
	interval_set_remove_range(s, value, value);
}

void interval_set_done(struct interval_set *s)
{
	remove_chunks(s, 0, s->chunk_count);
}

void interval_set_copy(struct interval_set *to, const struct interval_set *from)
{
	interval_set_done(to);
	if (from->chunk_count == 0) return;
	to->chunks = resize(NULL, from->chunk_count, sizeof(*to->chunks));
	to->chunk_count = to->chunk_cap = from->chunk_count;
	for (uint32_t i = 0; i < from->chunk_count; i++) {
		struct interval_chunk *c = to->chunks + i;

		*c = from->chunks[i];
		c->at = resize(NULL, c->n, sizeof(*c->at));
		memcpy(c->at, from->chunks[i].at, c->n * sizeof(*c->at));
		c->cap = c->n;
	}
}

/* --- asking --- */

bool interval_set_contains(const struct interval_set *s, uint32_t value)
{
	const struct interval *i = interval_at(s, find(s, value));

	return value && i && i->first <= value;
}

uint32_t interval_set_count(const struct interval_set *s)
{
	const struct interval_chunk *c;

	if (!s->chunk_count) return 0;
	c = &s->chunks[s->chunk_count - 1];
	return c->before + c->total;
}

uint32_t interval_set_min(const struct interval_set *s)
{
	return s->chunk_count ? s->chunks[0].at[0].first : 0;
}

uint32_t interval_set_max(const struct interval_set *s)
{
	const struct interval_chunk *c;

	if (!s->chunk_count) return 0;
	c = &s->chunks[s->chunk_count - 1];
	return c->at[c->n - 1].last;
}

uint32_t interval_set_count_to(const struct interval_set *s, uint32_t value)
{
	struct position p = find(s, value);
	const struct interval *i = interval_at(s, p);
	uint32_t count;

	if (!i) return interval_set_count(s);
	count = s->chunks[p.chunk].before + count_members(s->chunks[p.chunk].at, p.at);
	return i->first <= value ? count + (value - i->first + 1) : count;
}

uint32_t interval_set_rank(const struct interval_set *s, uint32_t value)
{
	return interval_set_contains(s, value) ? interval_set_count_to(s, value) : 0;
}

uint32_t interval_set_select(const struct interval_set *s, uint32_t rank)
{
	uint32_t low = 0, end = s->chunk_count;
	const struct interval *i;

	if (rank == 0 || rank > interval_set_count(s)) return 0;
	while (end - low > 1) { /* the last chunk that starts before rank */
		uint32_t middle = low + (end - low) / 2;

		if (s->chunks[middle].before < rank)
			low = middle;
		else
			end = middle;
	}
	rank -= s->chunks[low].before;
	for (i = s->chunks[low].at; rank > size_of(*i); i++)
		rank -= size_of(*i);
	return i->first + (rank - 1);
}

bool interval_set_next(const struct interval_set *s, uint64_t *cursor,
		       struct interval *ret)
{
	uint32_t from = (uint32_t)*cursor;
	const struct interval *i;

	if (*cursor > UINT32_MAX) return false;
	i = interval_at(s, find(s, from));
	if (!i) return false;
	*ret = (struct interval){ i->first > from ? i->first : from, i->last };
	*cursor = (uint64_t)i->last + 1;
	return true;
}
