/* GETMETADATA, SETMETADATA (RFC 5464 4.2, 4.3). An empty mailbox name is the server: its
 * private entries are the account's, the shared ones are the site's and not to be
 * changed. */
#include "imap/access.h"
#include "imap/commands.h"
#include "imap/lexer.h"
#include "imap/mailbox_argument.h"
#include "imap/metadata_reply.h"
#include "imap/metadata_use.h"
#include "imap/session.h"

struct metadata_request {
	slice wire, name;
	bool is_server;
	struct metadata_options options;
	struct metadata_names names;      /* of GETMETADATA */
	struct metadata_changes *changes; /* of SETMETADATA */
	struct metadata_site site;
	int64_t reader;
};

/* The options stand behind the mailbox in the RFC's examples, before it in its grammar.
 */
static bool take_options(slice *in, struct metadata_request *r, bool *has_options)
{
	slice s = *in;

	if (*has_options || !take_space(&s) || !take_metadata_options(&s, &r->options))
		return false;
	*has_options = true;
	*in = s;
	return true;
}

static bool parse_getmetadata(struct task *t, slice *in)
{
	struct metadata_request *r = task_request(t, sizeof(*r));
	bool has_options = false;

	take_options(in, r, &has_options);
	if (!take_mailbox_argument(t, in, &r->wire)) return false;
	take_options(in, r, &has_options);
	return take_space(in) && take_metadata_names(in, &t->arena, &r->names);
}

static void start_metadata(struct task *t)
{
	struct metadata_request *r = t->request;
	const struct imap *s = t->session;

	r->is_server = !r->wire.n;
	r->reader = s->account;
	r->site = (struct metadata_site){ s->config->comment, s->config->admin_uri };
	if (r->is_server)
		t->account = s->account;
	else if (!resolve_mailbox(t, r->wire, &r->name))
		return;
	task_submit(t);
}

/* Zeroed for the server. */
static enum err find_annotated(struct task *t, struct account *a, struct mailbox *ret)
{
	const unsigned any = RIGHT_READ | RIGHT_SEEN | RIGHT_WRITE | RIGHT_INSERT |
			     RIGHT_POST; /* RFC 5464 3.3 */
	const struct metadata_request *r = t->request;
	unsigned rights = RIGHTS_ALL;
	enum err e = ERR_NONE;

	*ret = (struct mailbox){ 0 };
	if (!r->is_server) e = access_mailbox(t, a, r->name, RIGHT_LOOKUP, ret, &rights);
	return e ? e : rights & any ? ERR_NONE : ERR_DENIED;
}

static enum err work_getmetadata(struct task *t, struct account *a)
{
	const struct metadata_request *r = t->request;
	struct metadata_question what = { .names = &r->names,
					  .options = r->options,
					  .site = r->is_server ? &r->site : NULL };
	uint64_t longest = 0;
	struct mailbox m;
	enum err e = find_annotated(t, a, &m);

	if (e) return e;
	what.place = (struct metadata_place){ m.id, r->reader };
	what.use = m.use;
	if (!r->is_server) name_visible(t->names, r->name, &what.visible);
	e = metadata_write(a, &what, t->names, &t->out, &longest);
	if (!e && longest)
		buf_addf(&t->code, "METADATA LONGENTRIES %ju", (uintmax_t)longest);
	return e;
}

const struct command_ops getmetadata_ops = {
	.parse = parse_getmetadata,
	.start = start_metadata,
	.work = work_getmetadata,
};

static bool parse_setmetadata(struct task *t, slice *in)
{
	struct metadata_request *r = task_request(t, sizeof(*r));

	r->changes = arena_alloc(&t->arena, sizeof(*r->changes));
	return r->changes && take_mailbox_argument(t, in, &r->wire) && take_space(in) &&
	       take_metadata_changes(in, &t->arena, r->changes);
}

static bool is_too_long(const struct metadata_changes *changes)
{
	for (uint32_t i = 0; i < changes->count; i++)
		if (changes->all[i].value.n > METADATA_VALUE_MAX) return true;
	return false;
}

static bool has_shared(const struct metadata_changes *changes)
{
	for (uint32_t i = 0; i < changes->count; i++)
		if (slice_starts(changes->all[i].name, S("/shared"))) return true;
	return false;
}

static void start_setmetadata(struct task *t)
{
	const struct metadata_request *r = t->request;
	struct buf code;

	buf_init(&code, 64);
	buf_addf(&code, "METADATA MAXSIZE %d", METADATA_VALUE_MAX);
	if (is_too_long(r->changes))
		task_answer(t, ANSWER_NO, buf_slice(&code), S("a value is too long"));
	else if (!r->wire.n && has_shared(r->changes))
		task_answer(t, ANSWER_NO, S("NOPERM"), S("the site's own entries"));
	else
		start_metadata(t);
	buf_done(&code);
}

/* All or nothing: what failed is undone with the job. */
static enum err set_all(struct task *t, struct account *a, struct metadata_place place)
{
	const struct metadata_request *r = t->request;
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < r->changes->count; i++) {
		const struct metadata_change *c = &r->changes->all[i];

		if (place.mailbox && slice_eq(c->name, METADATA_USE))
			e = metadata_use_set(t, a, place,
					     c->has_value ? c->value : S(""));
		else
			e = metadata_set(a, place, c->name,
					 c->has_value ? &c->value : NULL);
	}
	if (e == ERR_LIMIT)
		task_complain(t, S("METADATA TOOMANY"), S("there are too many entries"));
	return e;
}

/* What others have changed is told before, so that the own change need not be known. */
static enum err work_setmetadata(struct task *t, struct account *a)
{
	const struct metadata_request *r = t->request;
	struct mailbox m;
	enum err e = find_annotated(t, a, &m);

	if (!e) e = metadata_tell_others(t, a);
	if (!e) e = set_all(t, a, (struct metadata_place){ m.id, r->reader });
	if (!e) e = metadata_pass_own(t, a);
	t->has_told_metadata = true;
	return e;
}

const struct command_ops setmetadata_ops = {
	.parse = parse_setmetadata,
	.start = start_setmetadata,
	.work = work_setmetadata,
	.level = JOB_WRITES,
};
