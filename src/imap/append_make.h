/*
 * append_make.h - the octets of an APPEND's messages, and the messages made of them
 *
 * All octets that come go, one behind the other, into one incoming message, the
 * spool: in memory while they are few, then in a file. So a command of many
 * messages costs the session no more than one of their size. The messages are
 * made of it in the job.
 */
#pragma once

#include "base/err.h"
#include "imap/append_list.h"
#include "store/incoming.h"

/* Finishes m->made, unless it is there. From a worker. The spool of a single message
 * becomes it: *spool is then NULL. */
enum err append_make(const struct append_list *l, struct append_message *m,
		     struct incoming **spool);
