/*
 * email_search.h - which emails fulfil a filter, in order: what Email/query does (RFC
 * 8621 4.4)
 *
 * Done in slices, between which mail may come and go: the state that it tells is that of
 * the beginning, and changes since then may be in what was found, or not.
 */
#pragma once

#include "jmap/email_order.h"
#include "jmap/email_sets.h"
#include "jmap/text_search.h"

struct email_search {
	struct arena arena;
	struct email_filter filter;
	struct email_sort sort;
	bool collapses;

	/* Once it is done. */
	int64_t *ids;
	uint32_t count;
	uint64_t state;

	const char *refusal; /* a method error */
	int step;
	bool is_done; /* the step */
	struct roster roster;
	struct email_sets sets;
	struct text_search texts;
	struct email_order order;
	struct bits found;
};

/* The members "filter", "sort" and "collapseThreads" of the arguments. In any case
 * email_search_done. *s stays where it is. */
bool email_search_parse(json_t *arguments, int64_t account, struct email_search *s,
			struct query_fault *fault);
void email_search_done(struct email_search *s); /* also of a zeroed one */

/* Goes on until about then (clock_monotonic_ms), a little in any case. ERR_LIMIT: it
 * cannot be done, s->refusal says why. */
enum err email_search_run(struct email_search *s, struct account *a, int64_t until_ms,
			  bool *ret_done);

/* Whether an email's own keywords or mailboxes can put it in, out or elsewhere, and
 * whether those of its thread can. */
bool email_search_is_mutable(const struct email_search *s);
bool email_search_is_about_threads(const struct email_search *s);
