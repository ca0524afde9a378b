/*
 * acl.h - who else may do what with a mailbox (RFC 4314)
 *
 * The owner of an account has all rights, always, and is in no list. Others
 * have what is granted to them and to anyone, less what is taken from them and
 * from anyone. Lists go with their mailboxes; a new mailbox gets the list of
 * the one above it.
 *
 * The directory knows whose mailboxes somebody may see, so that LIST need not
 * ask every account. It may name more than there is, never less.
 */
#pragma once

#include "store/mailbox.h"

enum right {
	RIGHT_LOOKUP = 1 << 0,          /* l: LIST */
	RIGHT_READ = 1 << 1,            /* r: SELECT, STATUS */
	RIGHT_SEEN = 1 << 2,            /* s: \Seen */
	RIGHT_WRITE = 1 << 3,           /* w: flags but \Seen and \Deleted */
	RIGHT_INSERT = 1 << 4,          /* i: APPEND, COPY into */
	RIGHT_POST = 1 << 5,            /* p: mail to it; nothing here asks for it */
	RIGHT_CREATE = 1 << 6,          /* k: mailboxes below it */
	RIGHT_DELETE_MAILBOX = 1 << 7,  /* x: DELETE, RENAME */
	RIGHT_DELETE_MESSAGES = 1 << 8, /* t: \Deleted */
	RIGHT_EXPUNGE = 1 << 9,         /* e */
	RIGHT_ADMIN = 1 << 10,          /* a: SETACL and the like */
	RIGHTS_ALL = (1 << 11) - 1,
	ACL_ENTRIES_MAX = 1000, /* of a mailbox */
};

struct acl_entry {
	int64_t account; /* 0: anyone */
	bool is_negative;
	unsigned rights;
};

/* What user, an account id, may do. */
enum err acl_rights(struct account *a, int64_t mailbox, int64_t user, unsigned *ret);
/* Of one entry; 0 when it is not there. */
enum err acl_get(struct account *a, int64_t mailbox, const struct acl_entry *who,
		 unsigned *ret);
/* Without rights the entry goes. ERR_LIMIT: too many. Takes a modseq. */
enum err acl_set(struct account *a, int64_t mailbox, const struct acl_entry *entry);
typedef bool acl_visitor(void *context, const struct acl_entry *entry);
enum err acl_each(struct account *a, int64_t mailbox, acl_visitor *visit, void *context);
/* Of a new mailbox, or the name left of one: the list of the one above, if there is one.
 */
enum err acl_inherit(struct account *a, int64_t mailbox, slice name);
/* Of a mailbox that goes. */
enum err acl_remove(struct account *a, int64_t mailbox);

/* --- the directory's index: directory_share.c; from any thread, on a worker --- */

/* ERR_NOT_FOUND without such an owner. */
enum err share_add(struct store *s, int64_t owner, int64_t reader);
/* Whether anybody shares anything; quick. */
bool share_is_used(struct store *s);
typedef bool share_visitor(void *context, int64_t owner);
/* Accounts of which the reader, or anyone, may see mailboxes, in the order of their ids.
 */
enum err share_each(struct store *s, int64_t reader, share_visitor *visit, void *context);
