/*
 * mailbox.h - the mailboxes of an account
 *
 * Names are UTF-8, levels separated by '/'. INBOX is always there and is
 * written so whatever case was asked for. Counters stand in the mailbox's row
 * and are kept with the messages, so reading them costs the same at any size.
 */
#pragma once

#include "base/arena.h"
#include "base/interval_set.h"
#include "store/account.h"

enum {
	MAILBOX_NAME_MAX = 1000, /* octets of UTF-8 */
	MAILBOXES_MAX = 100000,  /* of one account */
	MAILBOX_LEVELS_MAX = 50,
};

/* RFC 6154 section 2; at most one mailbox of an account has each. */
enum special_use {
	USE_NONE,
	USE_ARCHIVE,
	USE_DRAFTS,
	USE_FLAGGED,
	USE_JUNK,
	USE_SENT,
	USE_TRASH,
	USE_ALL,
};

struct mailbox {
	int64_t id;
	slice name;
	enum special_use use;
	bool selectable; /* false: only a level above others (\Noselect) */
	bool subscribed;
	uint32_t uid_validity, uid_next;
	uint32_t first_recent; /* messages from this UID on are \Recent to the next
				  session */
	uint32_t exists, unseen, deleted; /* messages; without \Seen; with \Deleted */
	uint64_t size;                    /* octets of all its messages */
	uint64_t modseq;                  /* highest modification sequence */
	uint32_t sort_order;              /* among its like, for people (RFC 8621 2) */
};

/* In order of their names; the slices are valid during the call. false ends. */
typedef bool mailbox_visitor(void *context, const struct mailbox *m);
enum err mailbox_each(struct account *a, mailbox_visitor *visit, void *context);
/* The name in *ret is copied to the arena. */
enum err mailbox_find(struct account *a, slice name, struct arena *arena,
		      struct mailbox *ret);
enum err mailbox_find_id(struct account *a, slice name, int64_t *ret); /* costs less */
enum err mailbox_get(struct account *a, int64_t id, struct arena *arena,
		     struct mailbox *ret);

/* Whether any mailbox is below that name. */
enum err mailbox_has_below(struct account *a, slice name, bool *ret);

/* Makes missing levels above too. ERR_EXISTS; ERR_MALFORMED for a bad name; ERR_LIMIT;
 * ERR_DENIED when another mailbox has the special use. */
enum err mailbox_create(struct account *a, slice name, enum special_use use,
			int64_t *ret_id);
/* ERR_DENIED for INBOX. With mailboxes below, the messages go and the name stays, with
 * the id, UIDVALIDITY and UIDNEXT that it has when it is created again. */
enum err mailbox_delete(struct account *a, int64_t id);
/* Renames with all below. INBOX stays and gives its messages to the new mailbox
 * (RFC 9051 6.3.6). */
enum err mailbox_rename(struct account *a, int64_t id, slice new_name);
/* USE_NONE takes it away. Another mailbox that has it loses it: *ret_before is its id, or
 * 0. */
enum err mailbox_set_use(struct account *a, int64_t id, enum special_use use,
			 int64_t *ret_before);

enum err mailbox_set_sort_order(struct account *a, int64_t id, uint32_t order);
/* mailbox_rename with subscriptions that go along, of those below too: as if they were
 * the mailboxes' (RFC 8621 2), not the names'. */
enum err mailbox_move(struct account *a, int64_t id, slice new_name);

/* A name may be subscribed to without there being a mailbox (RFC 9051 6.3.7). ERR_LIMIT
 * past MAILBOXES_MAX names. */
enum err subscription_set(struct account *a, slice name, bool subscribed);
typedef bool name_visitor(void *context, slice name);
enum err subscription_each(struct account *a, name_visitor *visit, void *context);

/* Adds the UIDs of all its messages to an empty set. */
enum err mailbox_uids(struct account *a, int64_t id, struct interval_set *ret);
/* For SELECT: this session gets \Recent from *ret_first on, no other will (a write). */
enum err mailbox_claim_recent(struct account *a, int64_t id, uint32_t *ret_first);

/* True for a name that mailbox_create would take. */
bool is_mailbox_name(slice name);
