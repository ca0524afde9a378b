/* The arguments of LIST: what is taken keeps what the header promises, what is not
 * changes nothing. */
#include <stdlib.h>

#include "imap/list_options.h"
#include "imap/special_use.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { SELECTED = LIST_SUBSCRIBED | LIST_SPECIAL_USE | LIST_RECURSIVE | LIST_REMOTE };
enum {
	RETURNED = LIST_SUBSCRIBED | LIST_SPECIAL_USE | LIST_CHILDREN | LIST_STATUS |
		   LIST_METADATA | LIST_MYRIGHTS
};

static void check_options(const struct list_options *o)
{
	bool is_based = o->selected & (LIST_SUBSCRIBED | LIST_SPECIAL_USE);

	if (!o->pattern_count || o->pattern_count > LIST_PATTERNS_MAX) abort();
	if (o->selected & ~(unsigned)SELECTED || o->returned & ~(unsigned)RETURNED)
		abort();
	if (o->selected & LIST_RECURSIVE && !is_based) abort();
	if (o->returned & LIST_STATUS && !o->status.set) abort();
	if (!o->is_extended && (o->selected || o->returned || o->pattern_count > 1))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n }, in = text;
	struct list_options o;
	struct arena arena;
	enum special_use use;
	bool can;

	arena_init(&arena, 1 << 20);
	if (take_list_options(&in, &arena, &o))
		check_options(&o);
	else if (in.n != n)
		abort();
	arena_done(&arena);
	in = text;
	if (take_special_use(&in, &use, &can) ? use > USE_ALL : in.n != n) abort();
	if (special_use_parse(text, &use, &can) && use > USE_ALL) abort();
	return 0;
}
