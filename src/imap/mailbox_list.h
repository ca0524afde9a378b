/*
 * mailbox_list.h - what the mailboxes of an account were like at a moment
 *
 * Kept by who wants to tell what has changed since (RFC 5465). Names that are
 * subscribed to without there being a mailbox are in it too. Of another's account
 * it has what the reader may look up, by the names that the reader knows.
 */
#pragma once

#include "imap/name_set.h"
#include "imap/names.h"
#include "store/mailbox.h"

enum {
	MAILBOX_LIST_MAX = 10000,                  /* mailboxes and names */
	MAILBOX_LIST_OCTETS_MAX = 4 * 1024 * 1024, /* memory of one list */
};

struct mailbox_list {
	struct arena arena;
	struct mailbox *at; /* by name; id is 0 where there is no mailbox */
	uint32_t count, capacity;
	const struct mailbox **by_id; /* those with one */
	uint32_t id_count;
	struct name_set unreadable; /* names of others' that may be looked up only */
};

/* In a job. Only what names show; ERR_LIMIT: more than the bounds allow. ret is to be
 * given to mailbox_list_done in any case. */
enum err mailbox_list_read(struct account *a, const struct names *names,
			   struct mailbox_list *ret);
/* The same of another's account: names has the prefix of its mailboxes, home is the list
 * of the reader's own, which knows the subscriptions. */
enum err mailbox_list_read_shared(struct account *a, int64_t reader,
				  const struct names *names,
				  const struct mailbox_list *home,
				  struct mailbox_list *ret);
void mailbox_list_done(struct mailbox_list *l); /* also of a zeroed one */

/* NULL when there is none. */
const struct mailbox *mailbox_list_find(const struct mailbox_list *l, slice name);
const struct mailbox *mailbox_list_find_id(const struct mailbox_list *l, int64_t id);
/* Whether there are mailboxes below this name. */
bool mailbox_list_has_below(const struct mailbox_list *l, slice name);
