#include <assert.h>

#include "store/account_private.h"
#include "store/message.h"

enum { KEYWORD_LAST_BIT = KEYWORD_FIRST_BIT + KEYWORDS_MAX - 1 };

struct looking {
	slice name;
	uint64_t found; /* the bit, or 0 */
	uint64_t taken; /* all bits that have names */
};

static void look_at(void *context, uint64_t bit, slice name)
{
	struct looking *l = context;

	l->taken |= bit;
	if (slice_eq_nocase(name, l->name)) l->found = bit;
}

enum err keyword_each(struct account *a, keyword_visitor *visit, void *context)
{
	struct query *q = db_query(a->db, "SELECT bit, name FROM keyword ORDER BY bit");

	while (query_row(q)) {
		int64_t number = query_get_int(q, 0);

		if (number >= KEYWORD_FIRST_BIT && number <= KEYWORD_LAST_BIT)
			visit(context, UINT64_C(1) << number, query_get_slice(q, 1));
	}
	return query_end(q);
}

static enum err put(struct account *a, int number, slice name)
{
	struct query *q =
		db_query(a->db, "INSERT INTO keyword (bit, name) VALUES ($1, $2)"
				" ON CONFLICT (bit)"
				" DO UPDATE SET name = excluded.name");

	query_int(q, number);
	query_text(q, name);
	return query_run(q);
}

static int first_bit_not_in(uint64_t taken)
{
	for (int n = KEYWORD_FIRST_BIT; n <= KEYWORD_LAST_BIT; n++)
		if (!(taken & UINT64_C(1) << n)) return n;
	return 0;
}

/* The bits that any message has. Looks at all of them, so only when none is free. */
static enum err find_used(struct account *a, uint64_t *ret)
{
	struct query *q = db_query(a->db, "SELECT DISTINCT flags FROM message");

	*ret = 0;
	while (query_row(q))
		*ret |= (uint64_t)query_get_int(q, 0);
	return query_end(q);
}

/* Without a name, or else without a message; *ret is 0 when there is none. */
static enum err find_free_bit(struct account *a, uint64_t known, int *ret)
{
	uint64_t used;
	enum err e;

	*ret = first_bit_not_in(known);
	if (*ret) return ERR_NONE;
	e = find_used(a, &used);
	if (!e) *ret = first_bit_not_in(used | a->made_keywords);
	return e;
}

enum err keyword_has_room(struct account *a, uint64_t known, bool *ret)
{
	int number;
	enum err e = find_free_bit(a, known, &number);

	*ret = number;
	return e;
}

static enum err make_keyword(struct account *a, const struct looking *l,
			     uint64_t *ret_bit)
{
	uint64_t modseq;
	int number;
	enum err e = find_free_bit(a, l->taken, &number);

	if (e) return e;
	if (!number) return ERR_LIMIT;
	e = account_take_modseq(a, &modseq); /* watchers are to learn the new name */
	if (!e) e = put(a, number, l->name);
	if (e) return e;
	*ret_bit = UINT64_C(1) << number;
	a->made_keywords |= *ret_bit;
	return ERR_NONE;
}

enum err keyword_bit(struct account *a, slice name, bool make, uint64_t *ret_bit)
{
	struct looking l = { .name = name };
	enum err e = keyword_each(a, look_at, &l);

	if (e) return e;
	if (l.found) {
		*ret_bit = l.found;
		return ERR_NONE;
	}
	if (!make) return ERR_NOT_FOUND;
	if (name.n == 0 || name.n > KEYWORD_NAME_MAX) return ERR_LIMIT;
	return make_keyword(a, &l, ret_bit);
}
