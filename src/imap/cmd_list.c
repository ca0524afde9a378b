/*
 * LIST (RFC 9051 6.3.9, RFC 5258, 5819, 6154) and LSUB (RFC 3501 6.3.9)
 *
 * The names of the account are walked several times, first to note what is to
 * be told of others, then to tell. Each walk is made in slices, all of which
 * are JOB_READS: they are never made twice and keep their place in the request.
 */
#include <string.h>

#include "base/clock.h"
#include "imap/access.h"
#include "imap/commands.h"
#include "imap/list_options.h"
#include "imap/mailbox_argument.h"
#include "imap/metadata_reply.h"
#include "imap/name_set.h"
#include "imap/owners.h"
#include "imap/session.h"
#include "imap/special_use.h"

struct walk;

/* One walk over the mailboxes or the subscriptions, in order of their names. */
struct phase {
	bool over_subscriptions;
	bool for_shared;   /* made only where others share mailboxes */
	unsigned selected; /* made only where these options are */
	/* m is NULL for a subscription. */
	void (*visit)(struct walk *w, slice visible, const struct mailbox *m);
};

struct list_request {
	struct list_options options;
	slice patterns[LIST_PATTERNS_MAX]; /* with the reference, in UTF-8 */

	/* Others that share mailboxes: each walk over mailboxes goes on in their
	 * accounts. */
	struct owners owners;
	uint32_t owner_at;
	bool has_owners;
	struct name_set subscribed,
		levels; /* names in the session's account; levels told */

	const struct phase *phase; /* the place: in this walk, behind this name */
	char after[MAILBOX_NAME_MAX];
	size_t after_n;

	/* Visible names: of mailboxes; that have some below; that have selected ones
	 * below, and those among them that no pattern matches; of subscriptions, or told
	 * above such. */
	struct name_set existing, parents, above_selected, above_hidden, listed;
};

struct walk {
	struct task *t;
	struct list_request *r;
	struct account *account;
	bool is_away;    /* the account is another's */
	unsigned rights; /* on the mailbox in hand */
	int64_t until_ms;
	bool any; /* name was visited in this slice */
	enum err e;
};

/* --- names --- */

static bool is_matched(const struct list_request *r, slice visible)
{
	for (uint32_t i = 0; i < r->options.pattern_count; i++)
		if (pattern_matches(r->patterns[i], visible)) return true;
	return false;
}

static bool is_selected(const struct list_request *r, const struct mailbox *m)
{
	unsigned selected = r->options.selected;

	return (!(selected & LIST_SUBSCRIBED) || m->subscribed) &&
	       (!(selected & LIST_SPECIAL_USE) || m->use != USE_NONE);
}

static void note_selected(struct list_request *r, slice visible)
{
	if (!(r->options.selected & LIST_RECURSIVE)) return;
	name_set_add_above(&r->above_selected, visible);
	if (!is_matched(r, visible)) name_set_add_above(&r->above_hidden, visible);
}

static void note_mailbox(struct walk *w, slice visible, const struct mailbox *m)
{
	name_set_add(&w->r->existing, visible);
	name_set_add_above(&w->r->parents, visible);
	if (is_selected(w->r, m)) note_selected(w->r, visible);
}

static void note_subscription(struct walk *w, slice visible, const struct mailbox *)
{
	if (name_set_has(&w->r->existing, visible)) return;
	name_set_add(&w->r->listed, visible);
	note_selected(w->r, visible);
}

static void note_subscribed(struct walk *w, slice visible, const struct mailbox *)
{
	name_set_add(&w->r->subscribed, visible);
}

/* --- telling --- */

/* m is NULL where there is no such mailbox. */
static void write_list(struct walk *w, slice visible, const struct mailbox *m,
		       bool is_subscribed)
{
	const struct list_request *r = w->r;
	struct buf *out = &w->t->out;
	bool tells_subscribed = r->options.returned & LIST_SUBSCRIBED && is_subscribed;

	buf_add(out, S("* LIST ("));
	if (!m)
		buf_add(out,
			r->options.is_extended ? S("\\NonExistent ") : S("\\Noselect "));
	if (m && !m->selectable) buf_add(out, S("\\Noselect "));
	buf_add(out, name_set_has(&r->parents, visible) ? S("\\HasChildren")
							: S("\\HasNoChildren"));
	if (m && m->use) buf_addf(out, " %.*s", FMT(special_use_name(m->use)));
	if (tells_subscribed) buf_add(out, S(" \\Subscribed"));
	buf_add(out, S(") \"/\" "));
	name_write(w->t->names, visible, out);
	if (name_set_has(&r->above_selected, visible)) child_info_write(&r->options, out);
	buf_add(out, S("\r\n"));
}

static enum err write_metadata(struct walk *w, slice visible, const struct mailbox *m)
{
	const struct metadata_question what = { .names = &w->r->options.metadata,
						.place = { m->id, w->t->home },
						.visible = visible,
						.use = m->use };
	uint64_t longest = 0;

	return metadata_write(w->account, &what, w->t->names, &w->t->out, &longest);
}

/* RFC 8440 */
static void write_my_rights(struct walk *w, slice visible)
{
	struct buf *out = &w->t->out;

	buf_add(out, S("* MYRIGHTS "));
	name_write(w->t->names, visible, out);
	buf_add_char(out, ' ');
	rights_write(out, w->rights);
	buf_add(out, S("\r\n"));
}

/* Beside LIST itself, of a mailbox that is selected (RFC 5819 2, RFC 9590 3). */
static void tell_of_mailbox(struct walk *w, slice visible, const struct mailbox *m)
{
	const struct list_options *o = &w->r->options;

	if (o->returned & LIST_MYRIGHTS) write_my_rights(w, visible);
	if (o->returned & LIST_STATUS && m->selectable && w->rights & RIGHT_READ)
		w->e = status_write(w->account, &o->status, w->t->names, m, &w->t->out);
	if (!w->e && o->returned & LIST_METADATA && w->rights & RIGHT_READ)
		w->e = write_metadata(w, visible, m);
}

static bool asks_for_levels(const struct list_request *r)
{
	for (uint32_t i = 0; i < r->options.pattern_count; i++) {
		slice p = r->patterns[i];

		if (p.n && p.p[p.n - 1] == '%') return true;
	}
	return false;
}

/* Above others' mailboxes: what "%" asks for though nobody may look it up (RFC 9051
 * 6.3.9). */
static void list_shared_levels(struct walk *w, slice name)
{
	struct list_request *r = w->r;

	if (r->options.selected || !asks_for_levels(r)) return;
	while (find_parent(name, &name)) {
		if (name_set_has(&r->existing, name) || name_set_has(&r->levels, name))
			continue;
		name_set_add(&r->levels, name);
		if (is_matched(r, name)) write_list(w, name, NULL, false);
	}
}

/* What is not selected is told only for what is below and not told itself (RFC 5258
 * 3.3). */
static void list_mailbox(struct walk *w, slice visible, const struct mailbox *m)
{
	struct list_request *r = w->r;

	if (w->is_away) list_shared_levels(w, visible);
	if (!is_matched(r, visible)) return;
	if (!is_selected(r, m) && !name_set_has(&r->above_hidden, visible)) return;
	write_list(w, visible, m, m->subscribed);
	if (is_selected(r, m)) tell_of_mailbox(w, visible, m);
}

/* Levels that are no mailboxes and have no subscription. */
static void list_levels_above(struct walk *w, slice name)
{
	struct list_request *r = w->r;

	while (find_parent(name, &name)) {
		if (name_set_has(&r->existing, name) || name_set_has(&r->listed, name))
			return;
		if (!name_set_has(&r->above_hidden, name) || !is_matched(r, name))
			continue;
		name_set_add(&r->listed, name);
		write_list(w, name, NULL, false);
	}
}

static void list_subscription(struct walk *w, slice visible, const struct mailbox *)
{
	if (name_set_has(&w->r->existing, visible)) return;
	if (is_matched(w->r, visible)) write_list(w, visible, NULL, true);
	list_levels_above(w, visible);
}

/* Names without a mailbox have no special use. */
static const struct phase list_phases[] = {
	{ .over_subscriptions = true, .for_shared = true, .visit = note_subscribed },
	{ .visit = note_mailbox },
	{ true, .selected = LIST_SUBSCRIBED, .visit = note_subscription },
	{ .visit = list_mailbox },
	{ true, .selected = LIST_SUBSCRIBED, .visit = list_subscription },
	{ .visit = NULL },
};

/* --- LSUB --- */

static void note_lsub(struct walk *w, slice visible, const struct mailbox *)
{
	name_set_add(&w->r->listed, visible);
}

static void write_lsub(struct walk *w, const char *attributes, slice visible)
{
	struct buf *out = &w->t->out;

	buf_addf(out, "* LSUB (%s) \"/\" ", attributes);
	name_write(w->t->names, visible, out);
	buf_add(out, S("\r\n"));
}

/* Where "%" hides a subscribed name, the level above it is shown (RFC 3501 6.3.9). */
static void lsub_levels_above(struct walk *w, slice name)
{
	struct list_request *r = w->r;

	while (find_parent(name, &name)) {
		if (!is_matched(r, name)) continue;
		if (name_set_has(&r->listed, name)) return;
		name_set_add(&r->listed, name);
		write_lsub(w, "\\Noselect", name);
		return;
	}
}

static void list_lsub(struct walk *w, slice visible, const struct mailbox *)
{
	slice pattern = w->r->patterns[0];

	if (is_matched(w->r, visible))
		write_lsub(w, "", visible);
	else if (slice_find_char(pattern, '%') < pattern.n)
		lsub_levels_above(w, visible);
}

static const struct phase lsub_phases[] = {
	{ .over_subscriptions = true, .visit = note_lsub },
	{ .over_subscriptions = true, .visit = list_lsub },
	{ .visit = NULL },
};

/* --- walking --- */

static bool is_full(const struct walk *w)
{
	return w->any &&
	       (w->t->out.n > JOB_SLICE_OCTETS || clock_monotonic_ms() >= w->until_ms);
}

static bool is_passed(const struct list_request *r, slice stored)
{
	return r->after_n && slice_cmp(stored, (slice){ r->after, r->after_n }) <= 0;
}

/* False when the slice is full: the next run goes on behind the last name. */
static bool visit_name(struct walk *w, slice stored, const struct mailbox *m)
{
	struct list_request *r = w->r;
	slice visible;

	if (is_passed(r, stored) || !name_visible(w->t->names, stored, &visible))
		return true;
	w->t->more = is_full(w);
	if (w->t->more) return false;
	w->any = true;
	memcpy(r->after, stored.p, stored.n);
	r->after_n = stored.n;
	r->phase->visit(w, visible, m);
	return !w->e;
}

/* Another's mailbox, with what the session's account knows of it. */
static bool visit_shared(struct walk *w, const struct mailbox *m)
{
	struct mailbox shown = *m;
	slice visible;

	w->e = acl_rights(w->account, m->id, w->t->home, &w->rights);
	if (w->e) return false;
	if (!(w->rights & RIGHT_LOOKUP) || !name_visible(w->t->names, m->name, &visible))
		return true;
	shown.use = USE_NONE;
	shown.subscribed = name_set_has(&w->r->subscribed, visible);
	return visit_name(w, m->name, &shown);
}

static bool visit_mailbox(void *context, const struct mailbox *m)
{
	struct walk *w = context;

	return w->is_away ? visit_shared(w, m) : visit_name(w, m->name, m);
}

static bool visit_subscription(void *context, slice name)
{
	return visit_name(context, name, NULL);
}

static enum err go_through(struct walk *w, const struct phase *p)
{
	unsigned selected = w->r->options.selected;
	enum err e;

	if (p->for_shared && !w->r->owners.count) return ERR_NONE;
	if (p->selected &&
	    (selected & (LIST_SUBSCRIBED | LIST_SPECIAL_USE)) != p->selected)
		return ERR_NONE;
	e = p->over_subscriptions ? subscription_each(w->account, visit_subscription, w)
				  : mailbox_each(w->account, visit_mailbox, w);
	return e ? e : w->e;
}

static enum err find_owners(struct task *t, struct account *a, struct list_request *r)
{
	if (r->has_owners || t->command->ops != &list_ops) return ERR_NONE;
	r->has_owners = true;
	return owners_find(t, a, &r->owners);
}

/* To the same walk in the next account, or to the next walk. */
static void move_on(struct task *t, struct list_request *r)
{
	r->after_n = 0;
	if (!r->phase->over_subscriptions && r->owner_at < r->owners.count) {
		t->account = r->owners.ids[r->owner_at++];
		return;
	}
	r->phase++;
	r->owner_at = 0;
	t->account = t->home;
}

static enum err work_list(struct task *t, struct account *a)
{
	struct list_request *r = t->request;
	struct walk w = { .t = t,
			  .r = r,
			  .account = a,
			  .is_away = !task_is_at_home(t, a),
			  .rights = RIGHTS_ALL,
			  .until_ms = clock_monotonic_ms() + JOB_SLICE_MS };
	enum err e = find_owners(t, a, r);

	if (!e && w.is_away) e = access_enter(t, a);
	while (!e && r->phase->visit && !t->more) {
		e = go_through(&w, r->phase);
		if (e || t->more) break;
		move_on(t, r);
		t->more = t->account != account_id(a);
	}
	return e;
}

/* --- the commands --- */

static bool parse_list(struct task *t, slice *in)
{
	struct list_request *r = task_request(t, sizeof(*r));

	if (!take_list_options(in, &t->arena, &r->options)) return false;
	t->enables = r->options.status.enables;
	r->options.status.append_max = t->session->config->append_max;
	r->phase = list_phases;
	return true;
}

static bool parse_lsub(struct task *t, slice *in)
{
	struct list_request *r = task_request(t, sizeof(*r));

	if (!take_list_options(in, &t->arena, &r->options) || r->options.is_extended)
		return false;
	r->phase = lsub_phases;
	return true;
}

/* What cannot be a pattern matches nothing. */
static void make_patterns(struct task *t, struct list_request *r)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < r->options.pattern_count; i++)
		if (pattern_from_wire(&t->session->names, r->options.reference,
				      r->options.patterns[i], &t->arena,
				      &r->patterns[count]))
			count++;
	r->options.pattern_count = count;
}

/* An empty pattern asks for the separator (RFC 9051 6.3.9). */
static void answer_separator(struct task *t)
{
	buf_add(&t->session->output, S("* LIST (\\Noselect) \"/\" \"\"\r\n"));
	task_answer_ok(t);
}

static void start_list(struct task *t)
{
	struct list_request *r = t->request;

	if (t->command->ops == &list_ops && !r->options.is_extended &&
	    !r->options.patterns[0].n) {
		answer_separator(t);
		return;
	}
	t->account = t->session->account;
	make_patterns(t, r);
	if (r->options.pattern_count)
		task_submit(t);
	else
		task_answer_ok(t);
}

static void discard_list(struct task *t)
{
	struct list_request *r = t->request;

	if (!r) return;
	name_set_done(&r->existing);
	name_set_done(&r->parents);
	name_set_done(&r->above_selected);
	name_set_done(&r->above_hidden);
	name_set_done(&r->listed);
	name_set_done(&r->subscribed);
	name_set_done(&r->levels);
	owners_done(&r->owners);
}

const struct command_ops list_ops = {
	.parse = parse_list,
	.start = start_list,
	.work = work_list,
	.discard = discard_list,
};

const struct command_ops lsub_ops = {
	.parse = parse_lsub,
	.start = start_list,
	.work = work_list,
	.discard = discard_list,
};
