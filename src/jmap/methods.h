/*
 * methods.h - the methods there are, each defined in the file of its type
 */
#pragma once

#include "jmap/call.h"

extern const struct method core_echo;
extern const struct method blob_copy;
/* The store has the shorter names. */
extern const struct method mailbox_get_method, mailbox_changes_method,
	mailbox_query_method, mailbox_query_changes_method, mailbox_set_method;
extern const struct method thread_get, thread_changes;
extern const struct method email_get, email_changes, email_query, email_query_changes,
	email_set, email_copy, email_import, email_parse;
extern const struct method push_get, push_set;
extern const struct method search_snippet_get;
extern const struct method identity_get, identity_changes, identity_set;
extern const struct method submission_get, submission_changes, submission_query,
	submission_query_changes, submission_set;
