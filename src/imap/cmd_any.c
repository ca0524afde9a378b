/* Commands that need no account: CAPABILITY, NOOP, CHECK, LOGOUT, ID, ENABLE, NAMESPACE,
 * GETJMAPACCESS, STARTTLS. */
#include "imap/capability.h"
#include "imap/commands.h"
#include "imap/metadata_reply.h"
#include "imap/session.h"
#include "imap/writer.h"

enum { ID_FIELDS_MAX = 30, ID_NAME_MAX = 30, ID_VALUE_MAX = 1024 }; /* RFC 2971 3.3 */

/* RFC 9051 6.1.1 */
static void start_capability(struct task *t)
{
	struct buf *out = &t->session->output;

	buf_add(out, S("* "));
	capability_write(t->session, out);
	buf_add(out, S("\r\n"));
	task_answer_ok(t);
}

const struct command_ops capability_ops = { .start = start_capability };

/* RFC 9051 6.1.2: the moment to tell what has changed. */
static void start_noop(struct task *t)
{
	if (t->session->view || t->session->enabled & ENABLED_METADATA)
		task_submit(t);
	else
		task_answer_ok(t);
}

const struct command_ops noop_ops = { .start = start_noop };

/* RFC 3501 6.4.1: there is nothing to check point that NOOP would not. */
const struct command_ops check_ops = { .start = start_noop };

/* RFC 9051 6.1.3 */
static void start_logout(struct task *t)
{
	struct imap *s = t->session;

	buf_add(&s->output, S("* BYE logging out\r\n"));
	s->state = STATE_CLOSING;
	task_answer_ok(t);
}

const struct command_ops logout_ops = { .start = start_logout };

static bool take_id_field(struct task *t, slice *in)
{
	slice name, value;
	bool present;

	return take_string(in, &t->arena, &name) && name.n <= ID_NAME_MAX &&
	       take_space(in) && take_nstring(in, &t->arena, &value, &present) &&
	       value.n <= ID_VALUE_MAX;
}

/* What the client says of itself is read by its grammar and not kept (RFC 2971 3.1). */
static bool parse_id(struct task *t, slice *in)
{
	int fields = 0;

	if (!take_space(in)) return false;
	if (take_keyword(in, S("NIL"))) return true;
	if (!take_char(in, '(')) return false;
	if (take_char(in, ')')) return true;
	do {
		if (++fields > ID_FIELDS_MAX || !take_id_field(t, in)) return false;
	} while (take_space(in));
	return take_char(in, ')');
}

static void start_id(struct task *t)
{
	const struct imap_config *c = t->session->config;
	struct buf *out = &t->session->output;

	buf_add(out, c->id_count ? S("* ID (") : S("* ID NIL"));
	for (size_t i = 0; i < c->id_count; i++) {
		if (i) buf_add_char(out, ' ');
		write_string(out, c->id[i].name, false);
		buf_add_char(out, ' ');
		write_string(out, c->id[i].value, false);
	}
	buf_add(out, c->id_count ? S(")\r\n") : S("\r\n"));
	task_answer_ok(t);
}

const struct command_ops id_ops = { .parse = parse_id, .start = start_id };

static const struct {
	slice name;
	unsigned bits; /* enum enabled */
} extensions[] = {
	{ SLICE_INIT("CONDSTORE"), ENABLED_CONDSTORE },
	{ SLICE_INIT("QRESYNC"), ENABLED_QRESYNC | ENABLED_CONDSTORE },
	{ SLICE_INIT("UTF8=ACCEPT"), ENABLED_UTF8 },
	{ SLICE_INIT("IMAP4rev2"), ENABLED_REV2 },
	{ SLICE_INIT("UIDONLY"), ENABLED_UIDONLY },
	{ SLICE_INIT("METADATA"), ENABLED_METADATA },
	{ SLICE_INIT("METADATA-SERVER"), ENABLED_METADATA },
};

struct enable_request {
	bool is_asked[countof(extensions)];
};

/* RFC 5161 3.1: what is not known is passed over. */
static bool parse_enable(struct task *t, slice *in)
{
	struct enable_request *r = task_request(t, sizeof(*r));
	slice name;

	do {
		if (!take_space(in) || !take_atom(in, &name)) return false;
		for (size_t i = 0; i < countof(extensions); i++)
			if (slice_eq_nocase(extensions[i].name, name))
				r->is_asked[i] = true;
	} while (in->n);
	return true;
}

/* What was not enabled before is told (RFC 5161 3.2). */
static void start_enable(struct task *t)
{
	const struct enable_request *r = t->request;
	struct imap *s = t->session;
	unsigned bits = 0;

	buf_add(&s->output, S("* ENABLED"));
	for (size_t i = 0; i < countof(extensions); i++) {
		if (!r->is_asked[i] || !(extensions[i].bits & ~s->enabled)) continue;
		buf_addf(&s->output, " %.*s", FMT(extensions[i].name));
		bits |= extensions[i].bits;
	}
	buf_add(&s->output, S("\r\n"));
	session_enable(s, bits);
	if (!(bits & ENABLED_METADATA)) {
		task_answer_ok(t);
		return;
	}
	t->account = s->account;
	s->metadata_told = METADATA_NOT_TOLD;
	task_submit(t);
}

/* What is annotated from here on is told. */
static enum err work_enable(struct task *t, struct account *a)
{
	return metadata_tell(t, a, NULL);
}

const struct command_ops enable_ops = {
	.parse = parse_enable,
	.start = start_enable,
	.work = work_enable,
};

/* RFC 9051 6.3.10 */
static void start_namespace(struct task *t)
{
	bool is_alone = t->session->names.root.n; /* of the sandbox's logins */

	buf_addf(&t->session->output, "* NAMESPACE ((\"\" \"/\")) %s NIL\r\n",
		 is_alone ? "NIL" : "((\"" OTHER_USERS "/\" \"/\"))");
	task_answer_ok(t);
}

const struct command_ops namespace_ops = { .start = start_namespace };

/* RFC 9698 4 */
static void start_getjmapaccess(struct task *t)
{
	struct imap *s = t->session;

	if (!s->jmap) {
		task_answer(t, ANSWER_BAD, S("CLIENTBUG"), S("JMAP is not to be had"));
		return;
	}
	buf_addf(&s->output, "* JMAPACCESS \"%s\"\r\n", s->jmap);
	task_answer_ok(t);
}

const struct command_ops getjmapaccess_ops = { .start = start_getjmapaccess };

/* RFC 9051 6.2.1 */
static void start_starttls(struct task *t)
{
	struct imap *s = t->session;

	if (!starttls_allowed(s)) {
		task_answer(t, ANSWER_BAD, S("CLIENTBUG"),
			    S("TLS cannot be started now"));
		return;
	}
	task_answer(t, ANSWER_OK, S(""), S("begin TLS negotiation now"));
	if (s->want == WANT_INPUT) s->want = WANT_TLS;
}

const struct command_ops starttls_ops = { .start = start_starttls };
