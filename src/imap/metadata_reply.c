#include "imap/metadata_reply.h"

#include <string.h>

#include "imap/access.h"
#include "imap/metadata_use.h"
#include "imap/notify.h"
#include "imap/session.h"
#include "imap/special_use.h"
#include "imap/writer.h"

/* Entries are written as they come; the response begins with the first of them. */
struct writing {
	const struct metadata_question *what;
	const struct names *names;
	struct buf *out;
	slice asked;    /* the entry that is looked for */
	bool has_found; /* it itself */
	bool is_begun;
	uint64_t longest;
};

static void write_mailbox(const struct names *names, slice visible, struct buf *out)
{
	buf_add(out, S("* METADATA "));
	if (visible.n)
		name_write(names, visible, out);
	else
		buf_add(out, S("\"\""));
	buf_add_char(out, ' ');
}

static void begin_entry(struct writing *w, slice entry)
{
	if (!w->is_begun) {
		write_mailbox(w->names, w->what->visible, w->out);
		buf_add_char(w->out, '(');
	} else {
		buf_add_char(w->out, ' ');
	}
	w->is_begun = true;
	write_astring(w->out, entry, false);
	buf_add_char(w->out, ' ');
}

/* Octets that no string may hold go as literal8 (RFC 5464 5). */
static void write_value(struct buf *out, slice value)
{
	if (slice_find_char(value, '\0') < value.n) buf_add_char(out, '~');
	write_string(out, value, false);
}

static bool visit_entry(void *context, slice entry, slice value)
{
	struct writing *w = context;
	const struct metadata_options *o = &w->what->options;

	w->has_found |= slice_eq(entry, w->asked);
	if (o->has_maxsize && value.n > o->maxsize) {
		if (value.n > w->longest) w->longest = value.n;
		return true;
	}
	begin_entry(w, entry);
	write_value(w->out, value);
	return true;
}

/* An entry whose value is not kept with the others; empty: it has none. */
static void visit_other(struct writing *w, slice entry, slice value)
{
	slice below = entry;

	if (!value.n) return;
	if (!slice_eq(entry, w->asked) &&
	    (w->what->options.depth == 0 || !take_literal(&below, w->asked) ||
	     below.p[0] != '/'))
		return;
	visit_entry(w, entry, value);
}

static enum err write_asked(struct account *a, struct writing *w)
{
	const struct metadata_question *what = w->what;
	enum err e = metadata_each(a, what->place, w->asked, what->options.depth,
				   visit_entry, w);

	if (what->site) {
		visit_other(w, S("/shared/admin"), what->site->admin);
		visit_other(w, S("/shared/comment"), what->site->comment);
	} else {
		visit_other(w, METADATA_USE, special_use_name(what->use));
	}
	if (!e && !w->has_found && what->options.depth == 0) {
		begin_entry(w, w->asked);
		buf_add(w->out, S("NIL"));
	}
	return e;
}

enum err metadata_write(struct account *a, const struct metadata_question *what,
			const struct names *names, struct buf *out, uint64_t *ret_longest)
{
	struct writing w = { .what = what, .names = names, .out = out };
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < what->names->count; i++) {
		w.asked = what->names->names[i];
		w.has_found = false;
		e = write_asked(a, &w);
	}
	if (w.is_begun) buf_add(out, S(")\r\n"));
	if (w.longest > *ret_longest) *ret_longest = w.longest;
	return e ? e : out->overflow ? ERR_LIMIT : ERR_NONE;
}

/* --- what others have changed --- */

struct telling {
	const struct task *t;
	metadata_filter *is_wanted; /* NULL: all are */
	const struct names *names;
	bool is_away;   /* in another's account */
	slice selected; /* there, unless empty: the only mailbox that is told of */
	struct buf *out;
	char last[MAILBOX_NAME_MAX]; /* the mailbox that the open response is of */
	size_t last_n;
	bool is_open;
};

static void close_response(struct telling *l)
{
	if (l->is_open) buf_add(l->out, S("\r\n"));
	l->is_open = false;
}

static bool visit_change(void *context, slice name, slice entry)
{
	struct telling *l = context;
	slice visible = { 0 };

	if (l->is_away && !name.n) return true;
	if (l->selected.n && !slice_eq(name, l->selected)) return true;
	if (name.n && !name_visible(l->names, name, &visible)) return true;
	if (l->is_wanted && !l->is_wanted(l->t, l->is_away ? visible : name)) return true;
	if (l->is_open && slice_eq(name, (slice){ l->last, l->last_n })) {
		buf_add_char(l->out, ' ');
	} else {
		close_response(l);
		write_mailbox(l->names, visible, l->out);
		if (name.n) memcpy(l->last, name.p, name.n);
		l->last_n = name.n;
		l->is_open = true;
	}
	write_astring(l->out, entry, false);
	return true;
}

/* The selected mailbox is in this account, another's, and its entries may be known
 * (RFC 5464 3.3). */
static bool is_at_selected(const struct task *t, const struct account *a)
{
	const unsigned needed = RIGHT_LOOKUP | RIGHT_READ;

	return !task_is_at_home(t, a) && t->view && t->view->account == account_id(a) &&
	       (t->rights & needed) == needed;
}

static enum err enter_selected(struct task *t, struct account *a, struct telling *l)
{
	struct mailbox m;
	enum err e = mailbox_get(a, t->view->mailbox, &t->scratch, &m);

	l->is_away = true;
	l->selected = m.name;
	if (!e) e = access_enter(t, a);
	l->names = t->names;
	return e;
}

enum err metadata_tell(struct task *t, struct account *a, metadata_filter *is_wanted)
{
	struct telling l = {
		.t = t, .is_wanted = is_wanted, .names = t->names, .out = &t->out
	};
	bool is_home = task_is_at_home(t, a);
	uint64_t told = is_home ? t->metadata_told : t->view->metadata_told;
	enum err e = metadata_pass_own(t, a);
	uint64_t until = is_home ? t->metadata_until : t->selected_metadata_until;

	if (e || told == METADATA_NOT_TOLD || until <= told) return e;
	if (!is_home) e = enter_selected(t, a, &l);
	if (!e) e = metadata_changes(a, t->home, told, visit_change, &l);
	close_response(&l);
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

enum err metadata_tell_shared(struct task *t, struct account *a,
			      const struct names *names, uint64_t told,
			      metadata_filter *is_wanted)
{
	struct telling l = { .t = t,
			     .is_wanted = is_wanted,
			     .names = names,
			     .is_away = true,
			     .out = &t->out };
	enum err e = metadata_changes(a, t->home, told, visit_change, &l);

	close_response(&l);
	return e;
}

enum err metadata_tell_others(struct task *t, struct account *a)
{
	bool is_home = task_is_at_home(t, a);

	if (t->has_told_metadata || (!is_home && !is_at_selected(t, a))) return ERR_NONE;
	if (t->enabled & ENABLED_METADATA) return metadata_tell(t, a, NULL);
	if (is_home || !t->notify) return ERR_NONE;
	return metadata_tell(t, a, notify_wants_metadata);
}

enum err metadata_pass_own(struct task *t, struct account *a)
{
	if (task_is_at_home(t, a)) return metadata_modseq(a, &t->metadata_until);
	if (!is_at_selected(t, a)) return ERR_NONE;
	return metadata_modseq(a, &t->selected_metadata_until);
}
