/*
 * access.h - whose mailbox a command works on, and what it may do there (RFC 4314 4)
 *
 * Mailboxes of other accounts are seen as "Other Users/ADDRESS/NAME" (RFC 2342).
 * What the session's own account holds, it may do all with; elsewhere the list
 * of the mailbox is asked in the job that does the work, so a right that is
 * taken away counts at once. A mailbox that may not be looked up is answered as
 * one that is not there.
 */
#pragma once

#include "imap/task.h"
#include "store/acl.h"

/* "Other Users/" and what follows: the address, and the name in that account. */
bool take_other_user(slice name, slice *ret_address, slice *ret_name);

/* In work. needed: rights that there must all be. ret_rights may be NULL. ERR_NOT_FOUND,
 * ERR_DENIED. */
enum err access_mailbox(struct task *t, struct account *a, slice name, unsigned needed,
			struct mailbox *ret, unsigned *ret_rights);
/* In work: whether a mailbox of that name may be made. */
enum err access_create(struct task *t, struct account *a, slice name);
/* In a job: t->rights, on the selected mailbox. */
enum err access_selected(struct task *t, struct account *a);
/* In a job: the names that t->names shows are those of the account, another's. */
void access_lend_names(struct task *t, slice prefix);
/* The names of whosever account it is, as the session sees them; valid as long as the
 * scratch. ERR_NOT_FOUND when it is nobody's any more. */
enum err access_names(struct task *t, const struct account *a, struct names *ret);
/* The same for t->names. */
enum err access_enter(struct task *t, const struct account *a);

/* The flags that rights let somebody set. */
uint64_t access_flags(unsigned rights);

/* --- rights as they are written: access_rights.c --- */

/* Letters; "c" and "d" stand for those of RFC 2086 (RFC 4314 2.1.1). False for others. */
bool take_rights(slice letters, unsigned *ret);
/* With "c" and "d" where they have a part in it; as a string where there are none. */
void rights_write(struct buf *out, unsigned rights);
