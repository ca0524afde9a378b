/*
 * mailbox_update.h - changing a mailbox: for Mailbox/set (RFC 8621 2.5)
 */
#pragma once

#include "jmap/mailbox_values.h"

/* As set_type.update. */
enum err mailbox_update(struct call *c, struct account *a, const char *id, json_t *patch,
			struct set_outcome *o);
/* Gives m, whose place is right, the other values. */
enum err mailbox_give_values(struct account *a, const struct mailbox *m,
			     const struct mailbox_values *v, struct set_outcome *o);
/* What the store says of a property that is not free or not possible, or of too many
 * mailboxes, is the outcome's; other failures are returned. */
enum err mailbox_refuse_failure(enum err e, const char *property, struct set_outcome *o);
