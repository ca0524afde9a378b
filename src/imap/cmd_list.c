/* LIST and LSUB (RFC 9051 6.3.9, RFC 3501 6.3.9; \HasChildren: RFC 3348) */
#include <string.h>

#include "base/map.h"
#include "base/siphash.h"
#include "imap/commands.h"
#include "imap/mailbox_argument.h"
#include "imap/session.h"

/* Octet comparisons of patterns in one slice of the job. */
enum { MATCH_STEPS_MAX = 20'000'000 };

struct list_request {
	slice reference, wire; /* as sent */
	slice pattern;         /* both in UTF-8 */
	/* The place: the last name that was looked at, and of the run that is under way.
	 */
	char after[MAILBOX_NAME_MAX], reached[MAILBOX_NAME_MAX];
	size_t after_n, reached_n;
};

static bool parse_list(struct task *t, slice *in)
{
	struct list_request *r = task_request(t, sizeof(*r));

	return take_mailbox_argument(t, in, &r->reference) && take_space(in) &&
	       take_list_mailbox(in, &t->arena, &r->wire);
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

	if (!r->wire.n && t->command->ops == &list_ops)
		answer_separator(t);
	else if (pattern_from_wire(&t->session->names, r->reference, r->wire, &t->arena,
				   &r->pattern))
		task_submit(t);
	else
		task_answer_ok(t);
}

/* Names by their hash: two names that share one would cost a wrong attribute at most. */
static void set_add(struct map *set, slice name)
{
	uint64_t hash = siphash_process(name);

	map_put(set, (slice){ (const char *)&hash, sizeof(hash) }, set);
}

static bool set_has(const struct map *set, slice name)
{
	uint64_t hash = siphash_process(name);

	return map_find(set, (slice){ (const char *)&hash, sizeof(hash) });
}

static bool find_parent(slice name, slice *ret)
{
	for (size_t n = name.n; n > 0; n--) {
		if (name.p[n - 1] != '/') continue;
		*ret = slice_head(name, n - 1);
		return true;
	}
	return false;
}

/* One run over the names, from the place on. */
struct walk {
	struct task *t;
	struct list_request *r;
	struct map parents; /* visible names that have others below */
	struct map
		subscribed; /* LSUB: visible names, and what has been listed above them */
	size_t steps;
};

static bool is_passed(const struct walk *w, slice stored)
{
	slice after = { w->r->after, w->r->after_n };

	return after.n && slice_cmp(stored, after) <= 0;
}

/* False when the slice is full: the next run goes on behind the last name. */
static bool goes_on(struct walk *w, slice stored, slice visible)
{
	if (w->t->out.n > JOB_SLICE_OCTETS || w->steps > MATCH_STEPS_MAX) {
		w->t->more = true;
		return false;
	}
	memcpy(w->r->reached, stored.p, stored.n);
	w->r->reached_n = stored.n;
	w->steps += visible.n * w->r->pattern.n;
	return true;
}

static bool note_parent(void *context, const struct mailbox *m)
{
	struct walk *w = context;
	slice visible, parent;

	if (name_visible(w->t->names, m->name, &visible) && find_parent(visible, &parent))
		set_add(&w->parents, parent);
	return true;
}

static void write_name(struct walk *w, slice command, slice attributes, slice visible)
{
	struct buf *out = &w->t->out;

	buf_addf(out, "* %.*s (%.*s) \"/\" ", FMT(command), FMT(attributes));
	name_write(w->t->names, visible, out);
	buf_add(out, S("\r\n"));
}

/* RFC 6154 2 */
static const char *const uses[] = {
	[USE_NONE] = "",
	[USE_ARCHIVE] = " \\Archive",
	[USE_DRAFTS] = " \\Drafts",
	[USE_FLAGGED] = " \\Flagged",
	[USE_JUNK] = " \\Junk",
	[USE_SENT] = " \\Sent",
	[USE_TRASH] = " \\Trash",
	[USE_ALL] = " \\All",
};

static void write_mailbox(struct walk *w, const struct mailbox *m, slice visible)
{
	struct buf attributes;

	buf_init(&attributes, 100);
	buf_addf(&attributes, "%s%s%s", m->selectable ? "" : "\\Noselect ",
		 set_has(&w->parents, visible) ? "\\HasChildren" : "\\HasNoChildren",
		 uses[m->use]);
	write_name(w, S("LIST"), buf_slice(&attributes), visible);
	buf_done(&attributes);
}

static bool list_mailbox(void *context, const struct mailbox *m)
{
	struct walk *w = context;
	slice visible;

	if (is_passed(w, m->name) || !name_visible(w->t->names, m->name, &visible))
		return true;
	if (!goes_on(w, m->name, visible)) return false;
	if (pattern_matches(w->r->pattern, visible)) write_mailbox(w, m, visible);
	return true;
}

static enum err work_list(struct task *t, struct account *a)
{
	struct walk w = { .t = t, .r = t->request };
	enum err e = mailbox_each(a, note_parent, &w);

	w.r->reached_n = 0;
	if (!e) e = mailbox_each(a, list_mailbox, &w);
	map_done(&w.parents);
	return e;
}

static void list_done(struct task *t)
{
	struct list_request *r = t->request;

	memcpy(r->after, r->reached, r->reached_n);
	r->after_n = r->reached_n;
}

const struct command_ops list_ops = {
	.parse = parse_list,
	.start = start_list,
	.work = work_list,
	.done = list_done,
};

static bool note_subscribed(void *context, slice name)
{
	struct walk *w = context;
	slice visible;

	if (name_visible(w->t->names, name, &visible)) set_add(&w->subscribed, visible);
	return true;
}

/* Where "%" hides a subscribed name, the level above it is shown (RFC 3501 6.3.9). */
static void list_levels_above(struct walk *w, slice name)
{
	while (find_parent(name, &name)) {
		if (!pattern_matches(w->r->pattern, name)) continue;
		if (set_has(&w->subscribed, name)) return;
		set_add(&w->subscribed, name);
		write_name(w, S("LSUB"), S("\\Noselect"), name);
		return;
	}
}

static bool list_subscribed(void *context, slice name)
{
	struct walk *w = context;
	slice visible;

	if (is_passed(w, name) || !name_visible(w->t->names, name, &visible)) return true;
	if (!goes_on(w, name, visible)) return false;
	if (pattern_matches(w->r->pattern, visible))
		write_name(w, S("LSUB"), S(""), visible);
	else if (slice_find_char(w->r->pattern, '%') < w->r->pattern.n)
		list_levels_above(w, visible);
	return true;
}

static enum err work_lsub(struct task *t, struct account *a)
{
	struct walk w = { .t = t, .r = t->request };
	enum err e = subscription_each(a, note_subscribed, &w);

	w.r->reached_n = 0;
	if (!e) e = subscription_each(a, list_subscribed, &w);
	map_done(&w.subscribed);
	return e;
}

const struct command_ops lsub_ops = {
	.parse = parse_list,
	.start = start_list,
	.work = work_lsub,
	.done = list_done,
};
