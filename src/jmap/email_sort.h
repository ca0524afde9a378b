/*
 * email_sort.h - the sort of Email/query, read (RFC 8621 4.4.2, RFC 8620 5.5)
 */
#pragma once

#include "jmap/email_filter.h"

enum { SORT_CRITERIA_MAX = 20 }; /* further ones are refused */

enum sort_by {
	SORT_RECEIVED,
	SORT_SENT,
	SORT_SIZE,
	SORT_FROM,
	SORT_TO,
	SORT_SUBJECT,
	SORT_HAS_KEYWORD,
	SORT_ALL_IN_THREAD,
	SORT_SOME_IN_THREAD,
};

struct sort_criterion {
	enum sort_by by;
	bool descends;
	/* Of a text: makes it comparable (message/sort_key.h). */
	void (*collate)(slice utf8, struct buf *out);
	int64_t keyword; /* its number among the filter's */
};

struct email_sort {
	struct sort_criterion criteria[SORT_CRITERIA_MAX];
	uint32_t count;
};

/* NULL, null and an empty array: the newest first. Keywords are added to the filter's. */
bool email_sort_parse(json_t *json, struct email_filter *filter, struct arena *arena,
		      struct email_sort *ret, struct query_fault *fault);

bool sort_has(const struct email_sort *s, enum sort_by by);
bool sort_is_by_text(const struct sort_criterion *c);
bool sort_is_by_keyword(const struct sort_criterion *c);
