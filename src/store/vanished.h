/*
 * vanished.h - the expunge log of a mailbox, for changes_vanished (RFC 7162 3.2.10)
 *
 * Holds at most about VANISHED_ROWS_MAX intervals a mailbox; beyond, the older half is
 * forgotten and the mailbox's vanished_floor tells from where the log is whole.
 */
#pragma once

#include "base/interval_set.h"
#include "store/account.h"

enum { VANISHED_ROWS_MAX = 20000 };

enum err vanished_add(struct account *a, int64_t mailbox, uint64_t modseq,
		      const struct interval_set *uids);
