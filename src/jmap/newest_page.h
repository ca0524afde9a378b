/*
 * newest_page.h - the newest emails of a mailbox, or of all: what is asked for most
 *
 * The first page of a list needs not all of it. Emails are looked at from the newest on,
 * until there are enough; where that takes long, as of a mailbox with little of the mail,
 * the query is done as any other.
 */
#pragma once

#include "jmap/email_search.h"

enum { NEWEST_MAX = 1000 }; /* emails that are found so */

/* Whether a query, that was read but not begun, is such a one. */
bool newest_page_fits(const struct email_search *s);
/* Finds its first `count` emails, or all if they are fewer, and puts them and the state
 * into it as if they were all; *ret_found: or does nothing. */
enum err newest_page_find(struct email_search *s, struct account *a, uint32_t count,
			  bool *ret_found);
