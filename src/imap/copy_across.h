/*
 * copy_across.h - COPY and MOVE from one account's mailbox into another's
 *
 * A chain of jobs, each in one account: the messages are read where they are,
 * appended together where they go, and by MOVE removed where they were only
 * once the copies are on disk. At most ACROSS_MAX messages a command.
 */
#pragma once

#include "imap/access.h"

enum { ACROSS_MAX = 200 };

struct copy_across;

/* t->account is the target's. The name lives as long as the task. */
struct copy_across *copy_across_new(const struct task *t, slice name, bool moves);
void copy_across_free(struct copy_across *c); /* NULL is fine */
/* As the functions of command_ops; t->uids are copied. */
enum err copy_across_work(struct task *t, struct account *a, struct copy_across *c);
void copy_across_done(struct task *t, struct copy_across *c);

/* cmd_copy.c: the copies have consecutive UIDs from first on. Not for who may not read
 * the mailbox they are in (RFC 4315 3). */
void write_copyuid(struct buf *out, const struct mailbox *to,
		   const struct interval_set *copied, uint32_t first);
/* cmd_copy.c: in work, the mailbox that copies go to; TRYCREATE without one. */
enum err find_copy_target(struct task *t, struct account *a, slice name,
			  struct mailbox *ret, unsigned *ret_rights);
/* cmd_copy.c: by sequence number all must be there. */
enum err refuse_gone(struct task *t, const struct interval_set *copied);
