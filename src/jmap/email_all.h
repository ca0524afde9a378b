/*
 * email_all.h - the ids of all emails, or threads, of an account that has few of them
 *
 * For /get with "ids" null (RFC 8620 5.1). Past JMAP_GET_MAX there is one more, for who
 * counts; and of an account with more than JMAP_QUERY_MAX emails so many are looked at.
 */
#pragma once

#include "jmap/call.h"

/* As get_type.all_ids. */
enum err email_all_ids(struct call *c, struct account *a, json_t *ids);
enum err thread_all_ids(struct call *c, struct account *a, json_t *ids);
