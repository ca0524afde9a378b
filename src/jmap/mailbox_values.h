/*
 * mailbox_values.h - what a client wants a mailbox to be (RFC 8621 2, 2.5)
 */
#pragma once

#include "jmap/mailbox_view.h"
#include "jmap/set.h"

struct mailbox_values {
	struct buf path; /* the store's name */
	enum special_use use;
	uint32_t sort_order;
	bool subscribed;
	bool is_composed; /* the name was told otherwise, not in Net-Unicode's form */
};

void mailbox_values_init(struct mailbox_values *v);
void mailbox_values_done(struct mailbox_values *v);
/*
 * Reads the properties that a client may set; now is what the mailbox is, or NULL when it
 * is to be made. What is wrong is in the outcome (invalidProperties), and all of it.
 */
enum err mailbox_values_read(struct call *c, struct account *a, const json_t *object,
			     const struct mailbox_view *now, struct mailbox_values *v,
			     struct set_outcome *o);
