/*
 * check.h - whether an account's file holds together
 *
 * For `postroom fsck` and for tests: SQLite's own check, counters against a
 * recount, UID sets against the messages, nothing that lacks its other half,
 * every body readable and equal to its hash. Reads only.
 */
#pragma once

#include "store/account.h"

/* Called for each fault found: what is wrong and with which id (0: none). */
typedef void check_visitor(void *context, slice what, int64_t id);

/* *ret_faults counts them. bodies: also reads and hashes every body. */
enum err account_check(struct account *a, bool bodies, check_visitor *visit,
		       void *context, uint64_t *ret_faults);
