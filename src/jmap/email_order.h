/*
 * email_order.h - emails of a roster in the order that was asked for
 */
#pragma once

#include "base/sorter.h"
#include "jmap/email_sort.h"
#include "jmap/roster.h"

struct email_order {
	const struct email_sort *sort;
	const struct bits *sets; /* of each criterion about keywords */
	const struct roster *roster;
	const struct bits *emails; /* to be sorted */
	struct sorter sorter;
	uint32_t left; /* numbers below it have no key yet */
};

/* What of emails the sort needs: before the roster is read. */
void email_order_plan(const struct email_sort *sort, struct roster *roster);
/* All are borrowed. */
void email_order_init(struct email_order *o, const struct email_sort *sort,
		      const struct bits *sets, const struct roster *roster,
		      const struct bits *emails);
void email_order_done(struct email_order *o); /* also of a zeroed one */
/* Goes on until about then. ERR_LIMIT: they are too many to be sorted so. */
enum err email_order_run(struct email_order *o, struct account *a, int64_t until_ms,
			 bool *ret_done);
/* Once done: the emails in order, as ids, allocated; with collapses only the first of
 * each thread (RFC 8621 4.4.3). */
int64_t *email_order_ids(const struct email_order *o, bool collapses,
			 uint32_t *ret_count);
