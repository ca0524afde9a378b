/*
 * changes.h - what happened in a mailbox since a modification sequence
 *
 * A watcher keeps the mailbox's modseq it has seen and asks for what came
 * after (RFC 7162). Arrivals and flag changes are messages with a higher
 * modseq; what is gone stands in the expunge log.
 */
#pragma once

#include "store/message.h"

/* In UID order: messages with modseq > since among uids first..last. */
enum err changes_each(struct account *a, int64_t mailbox, uint64_t since, uint32_t first,
		      uint32_t last, message_visitor *visit, void *context);
/* Adds the UIDs that vanished after since. ERR_NOT_FOUND: the log does not reach back. */
enum err changes_vanished(struct account *a, int64_t mailbox, uint64_t since,
			  struct interval_set *ret);
