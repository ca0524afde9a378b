/*
 * mailbox_view.h - a mailbox as JMAP shows it (RFC 8621 2)
 *
 * The store's name is a path; a Mailbox has its last level as its name, and the mailbox
 * of the levels before as its parent. The store's INBOX is called "Inbox".
 */
#pragma once

#include "jmap/arguments.h"
#include "store/mailbox.h"

enum { MAILBOX_ARENA = 16 * 1024 }; /* octets that one mailbox and its parent may need */

struct mailbox_view {
	struct mailbox m;
	int64_t parent; /* 0: none */
};

/* Lives in the arena. ERR_NOT_FOUND. */
enum err mailbox_view_get(struct account *a, int64_t id, struct arena *arena,
			  struct mailbox_view *ret);

/* The last level of a path. */
slice mailbox_leaf(slice path);
/* The levels before; empty: there are none. */
slice mailbox_parent_path(slice path);
slice mailbox_shown_name(const struct mailbox *m);
/* "inbox", "sent", ...; NULL: none. */
const char *mailbox_role(const struct jmap_user *user, const struct mailbox *m);
/* What a role means to the store; false: it is none that one can give. */
bool mailbox_use_of_role(const char *role, enum special_use *ret);
/* It can be neither renamed nor destroyed. */
bool mailbox_is_fixed(const struct jmap_user *user, const struct mailbox *m);

/* Their names; ends with NULL. */
extern const char *const mailbox_properties[];
/* Whether a property is the server's alone. */
bool mailbox_property_is_ours(const char *name);
typedef bool mailbox_wish(void *context, const char *property);
/* The object with its "id" and the properties that are wished for. */
enum err mailbox_json(const struct call *c, struct account *a,
		      const struct mailbox_view *v, mailbox_wish *wish, void *context,
		      json_t **ret);
