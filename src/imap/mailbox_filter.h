/*
 * mailbox_filter.h - which mailboxes a command is about (RFC 5465 6, RFC 7377 2.2)
 */
#pragma once

#include "base/arena.h"
#include "imap/names.h"

enum { FILTER_NAMES_MAX = 1000 }; /* mailboxes named in one command */

/* The first two are the selected mailbox. To every personal mailbox messages may be
 * delivered, so that INBOXES is PERSONAL (RFC 5465 6.3). */
enum filter_kind {
	FILTER_SELECTED,
	FILTER_SELECTED_DELAYED,
	FILTER_PERSONAL,
	FILTER_SUBSCRIBED,
	FILTER_SUBTREE,
	FILTER_SUBTREE_ONE,
	FILTER_MAILBOXES,
};

struct mailbox_filter {
	enum filter_kind kind;
	const slice *names; /* as stored; those that no mailbox can have are left out */
	uint32_t name_count;
};

/* Of one command, however many filters it has. */
struct filter_parser {
	const struct names *names;
	struct arena *arena;
	uint32_t name_count;
	bool is_too_much; /* names, or memory: the command is to be refused */
};

/* "selected", "subtree" SP one-or-more-mailbox, ... */
bool take_mailbox_filter(slice *in, struct filter_parser *p, struct mailbox_filter *ret);
static inline bool filter_is_selected(const struct mailbox_filter *f)
{
	return f->kind <= FILTER_SELECTED_DELAYED;
}
/* Whether this is a mailbox that the filter names; the selected one it is never. */
bool mailbox_filter_has(const struct mailbox_filter *f, slice name, bool is_subscribed);
