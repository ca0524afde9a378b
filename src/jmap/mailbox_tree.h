/*
 * mailbox_tree.h - all mailboxes of an account, each with its parent
 */
#pragma once

#include "jmap/mailbox_view.h"

struct mailbox_tree {
	struct arena arena;
	struct mailbox_view *list; /* in order of their names, as octets */
	uint32_t *parents;         /* indexes; count: none */
	uint32_t count;
};

/* mailbox_tree_done later, also after an error. */
enum err mailbox_tree_read(struct account *a, struct mailbox_tree *t);
void mailbox_tree_done(struct mailbox_tree *t);
