/*
 * mailbox_filter.h - the filter of Mailbox/query (RFC 8621 2.3, RFC 8620 5.5)
 */
#pragma once

#include "jmap/mailbox_tree.h"

enum { MAILBOX_CONDITIONS_MAX = 100 }; /* of a filter, operators among them */

/* Whether it can be evaluated; false after call_fail. */
bool mailbox_filter_check(struct call *c, json_t *filter);
/* filter was checked; NULL fits all. */
bool mailbox_filter_fits(const struct call *c, json_t *filter,
			 const struct mailbox_view *v);
