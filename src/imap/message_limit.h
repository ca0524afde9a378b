/*
 * message_limit.h - how many messages one command may work on (RFC 9738)
 *
 * The number is announced (imap_config.message_limit; 0: there is none) and is
 * the same for all commands. What names more of them works on those with the
 * highest UIDs and says so: FETCH, SEARCH, STORE, MOVE, UID EXPUNGE. Where part
 * of the work would be wrong it is refused: COPY, APPEND, SORT, THREAD, and
 * FETCH with PARTIAL. ESEARCH (RFC 7377), EXPUNGE, CLOSE and STATUS know no limit.
 */
#pragma once

#include "imap/task.h"

/* Leaves the highest ones. The lowest that is left when there were more, else 0: what
 * t->lowest is to be. */
uint32_t message_limit_cut(uint32_t limit, struct interval_set *uids);
/* The NO to a command with more than so many; with the UID down to which the highest
 * would be few enough, unless uids is NULL. */
void message_limit_refuse(struct task *t, uint32_t limit,
			  const struct interval_set *uids);
/* "MESSAGELIMIT n [uid]"; uid 0 is left out. */
void message_limit_write(struct buf *out, uint32_t limit, uint32_t uid);
/* Before the tagged response of a command that has t->lowest: in it, or before it where
 * that has a code of its own (RFC 9738 3.1). */
void message_limit_tell(struct task *t);
