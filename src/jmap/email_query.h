/*
 * email_query.h - what Email/query and Email/queryChanges share
 */
#pragma once

#include "jmap/call.h"
#include "jmap/email_search.h"

/* These, and "collapseThreads"; false after call_fail. */
bool email_query_arguments_known(struct call *c, const char *const *names);
/* Reads the query out of the call's arguments; false after call_fail. In any case
 * email_search_done. */
bool email_query_begin(struct call *c, struct email_search *s);
/* One slice: *ret_done only once the result is there. Otherwise the call has failed or
 * runs again. */
enum err email_query_go_on(struct call *c, struct account *a, struct email_search *s,
			   bool *ret_done);
