/*
 * mailbox_sort.h - the order of Mailbox/query (RFC 8621 2.3, RFC 8620 5.5)
 */
#pragma once

#include "jmap/mailbox_tree.h"

enum { MAILBOX_COMPARATORS_MAX = 10 };

struct mailbox_sort {
	const struct mailbox_tree *tree;
	struct {
		int (*compare)(const struct mailbox_sort *s, uint32_t a, uint32_t b);
		bool descends;
	} list[MAILBOX_COMPARATORS_MAX];
	uint32_t count;
	bool as_tree;
	slice *names; /* as they are compared; in the arena */
	struct arena arena;
};

/* Reads "sort" and "sortAsTree"; false after call_fail. mailbox_sort_done later, in any
 * case. */
bool mailbox_sort_read(struct call *c, const struct mailbox_tree *t,
		       struct mailbox_sort *s);
void mailbox_sort_done(struct mailbox_sort *s);
/* Sorts indexes of the tree's list. */
void mailbox_sort_run(struct mailbox_sort *s, uint32_t *indexes, uint32_t count);
