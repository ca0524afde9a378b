#include "imap/commands.h"

#include "imap/session.h"

enum {
	ANY = STATE_NEW | STATE_AUTHENTICATED | STATE_SELECTED,
	NEW = STATE_NEW,
	AUTH = STATE_AUTHENTICATED | STATE_SELECTED,
	SELECTED = STATE_SELECTED,
};

/* clang-format off */
static const struct command commands[] = {
	/* RFC 9051 6.1; ID: RFC 2971 */
	{ SLICE_INIT("CAPABILITY"),   ANY,      0,                       &capability_ops },
	{ SLICE_INIT("NOOP"),         ANY,      SYNCS,                   &noop_ops },
	{ SLICE_INIT("LOGOUT"),       ANY,      0,                       &logout_ops },
	{ SLICE_INIT("ID"),           ANY,      0,                       &id_ops },
	/* RFC 9051 6.2 */
	{ SLICE_INIT("STARTTLS"),     NEW,      0,                       &starttls_ops },
	{ SLICE_INIT("AUTHENTICATE"), NEW,      HOLDS_SECRET,            &authenticate_ops },
	{ SLICE_INIT("LOGIN"),        NEW,      HOLDS_SECRET,            &login_ops },
	/* RFC 4978; RFC 8437 */
	{ SLICE_INIT("COMPRESS"),     AUTH,     0,                       &compress_ops },
	{ SLICE_INIT("UNAUTHENTICATE"), AUTH,   0,                       &unauthenticate_ops },
	/* RFC 9051 6.3; LSUB: RFC 3501 6.3.9 */
	{ SLICE_INIT("ENABLE"),       AUTH,     0,                       &enable_ops },
	{ SLICE_INIT("SELECT"),       AUTH,     AMONG_OTHERS, &select_ops },
	{ SLICE_INIT("EXAMINE"),      AUTH,     AMONG_OTHERS, &examine_ops },
	{ SLICE_INIT("CREATE"),       AUTH,     SYNCS | CHANGES_ACCOUNT | AMONG_OTHERS, &create_ops },
	{ SLICE_INIT("DELETE"),       AUTH,     SYNCS | CHANGES_ACCOUNT | AMONG_OTHERS, &delete_ops },
	{ SLICE_INIT("RENAME"),       AUTH,     SYNCS | CHANGES_ACCOUNT | AMONG_OTHERS, &rename_ops },
	{ SLICE_INIT("SUBSCRIBE"),    AUTH,     SYNCS | CHANGES_ACCOUNT, &subscribe_ops },
	{ SLICE_INIT("UNSUBSCRIBE"),  AUTH,     SYNCS | CHANGES_ACCOUNT, &unsubscribe_ops },
	{ SLICE_INIT("LIST"),         AUTH,     SYNCS,                   &list_ops },
	{ SLICE_INIT("LSUB"),         AUTH,     SYNCS,                   &lsub_ops },
	{ SLICE_INIT("NAMESPACE"),    AUTH,     0,                       &namespace_ops },
	{ SLICE_INIT("GETJMAPACCESS"), AUTH,    0,                       &getjmapaccess_ops }, /* RFC 9698 4 */
	{ SLICE_INIT("STATUS"),       AUTH,     SYNCS | AMONG_OTHERS, &status_ops },
	{ SLICE_INIT("APPEND"),       AUTH,     SYNCS | CHANGES_ACCOUNT | STREAMS | AMONG_OTHERS, &append_ops },
	{ SLICE_INIT("IDLE"),         AUTH,     SYNCS,                   &idle_ops },
	/* RFC 4314 3 */
	{ SLICE_INIT("SETACL"),       AUTH,     SYNCS | CHANGES_ACCOUNT | AMONG_OTHERS, &setacl_ops },
	{ SLICE_INIT("DELETEACL"),    AUTH,     SYNCS | CHANGES_ACCOUNT | AMONG_OTHERS, &deleteacl_ops },
	{ SLICE_INIT("GETACL"),       AUTH,     SYNCS | AMONG_OTHERS, &getacl_ops },
	{ SLICE_INIT("LISTRIGHTS"),   AUTH,     SYNCS | AMONG_OTHERS, &listrights_ops },
	{ SLICE_INIT("MYRIGHTS"),     AUTH,     SYNCS | AMONG_OTHERS, &myrights_ops },
	/* RFC 5464 4.2, 4.3 */
	{ SLICE_INIT("GETMETADATA"),  AUTH,     SYNCS | AMONG_OTHERS, &getmetadata_ops },
	{ SLICE_INIT("SETMETADATA"),  AUTH,     SYNCS | CHANGES_ACCOUNT | AMONG_OTHERS, &setmetadata_ops },
	/* RFC 9208 4.1 */
	{ SLICE_INIT("GETQUOTA"),     AUTH,     SYNCS,                   &getquota_ops },
	{ SLICE_INIT("GETQUOTAROOT"), AUTH,     SYNCS | AMONG_OTHERS, &getquotaroot_ops },
	{ SLICE_INIT("SETQUOTA"),     AUTH,     SYNCS | CHANGES_ACCOUNT, &setquota_ops },
	/* RFC 7377 */
	{ SLICE_INIT("ESEARCH"),      AUTH,     SYNCS | HOLDS_NUMBERS,   &esearch_ops },
	/* RFC 5465 */
	{ SLICE_INIT("NOTIFY"),       AUTH,     SYNCS,                   &notify_ops },
	/* RFC 9051 6.4; CHECK: RFC 3501 6.4.1 */
	{ SLICE_INIT("CHECK"),        SELECTED, SYNCS,                   &check_ops },
	{ SLICE_INIT("CLOSE"),        SELECTED, AMONG_OTHERS, &close_ops },
	{ SLICE_INIT("UNSELECT"),     SELECTED, 0,                       &unselect_ops },
	{ SLICE_INIT("EXPUNGE"),      SELECTED, SYNCS | UID_TAKES_SET | CHANGES_MAILBOX | AMONG_OTHERS, &expunge_ops },
	{ SLICE_INIT("SEARCH"),       SELECTED, SYNCS | HAS_UID_FORM | HOLDS_NUMBERS,
	                                                                 &search_ops },
	/* RFC 5267 4.3.5 */
	{ SLICE_INIT("CANCELUPDATE"), SELECTED, 0,                       &cancelupdate_ops },
	/* RFC 5256 */
	{ SLICE_INIT("SORT"),         SELECTED, SYNCS | HAS_UID_FORM | HOLDS_NUMBERS,
	                                                                 &sort_ops },
	{ SLICE_INIT("THREAD"),       SELECTED, SYNCS | HAS_UID_FORM | HOLDS_NUMBERS,
	                                                                 &thread_ops },
	{ SLICE_INIT("FETCH"),        SELECTED, SYNCS | TAKES_SET | HAS_UID_FORM | HOLDS_NUMBERS,
	                                                                 &fetch_ops },
	{ SLICE_INIT("STORE"),        SELECTED, SYNCS | TAKES_SET | HAS_UID_FORM | HOLDS_NUMBERS |
	                                        CHANGES_MAILBOX | AMONG_OTHERS, &store_ops },
	{ SLICE_INIT("COPY"),         SELECTED, SYNCS | TAKES_SET | HAS_UID_FORM | CHANGES_ACCOUNT | AMONG_OTHERS, &copy_ops },
	{ SLICE_INIT("MOVE"),         SELECTED, SYNCS | TAKES_SET | HAS_UID_FORM | CHANGES_ACCOUNT |
	                                        CHANGES_MAILBOX | AMONG_OTHERS, &move_ops },
	/* RFC 8508 */
	{ SLICE_INIT("REPLACE"),      SELECTED, SYNCS | HAS_UID_FORM | CHANGES_ACCOUNT |
	                                        CHANGES_MAILBOX | STREAMS, &replace_ops },
};
/* clang-format on */

const struct refusal refused_too_long = { ANSWER_BAD, SLICE_INIT("LIMIT"),
					  SLICE_INIT("command too long") };
const struct refusal refused_literal = { ANSWER_BAD, SLICE_INIT("LIMIT"),
					 SLICE_INIT("literal too long") };
const struct refusal refused_syntax = { ANSWER_BAD, SLICE_INIT("CLIENTBUG"),
					SLICE_INIT("bad arguments") };
static const struct refusal no_tag = { ANSWER_BAD, SLICE_INIT("CLIENTBUG"),
				       SLICE_INIT("no tag") };
static const struct refusal unknown = { ANSWER_BAD, SLICE_INIT("CLIENTBUG"),
					SLICE_INIT("unknown command") };
static const struct refusal not_now = { ANSWER_BAD, SLICE_INIT("CLIENTBUG"),
					SLICE_INIT("not in this state") };
static const struct refusal uid_required = { ANSWER_BAD, SLICE_INIT("UIDREQUIRED"),
					     SLICE_INIT("messages have UIDs only") };
static const struct refusal read_only_mailbox = { ANSWER_NO, SLICE_INIT("READ-ONLY"),
						  SLICE_INIT("mailbox is read-only") };
static const struct refusal read_only_login = { ANSWER_NO, SLICE_INIT("NOPERM"),
						SLICE_INIT("login is read-only") };
static const struct refusal not_there = { ANSWER_NO, SLICE_INIT("NOPERM"),
					  SLICE_INIT("not in another user's mailbox") };

static const struct command *find_command(slice verb, bool by_uid)
{
	for (size_t i = 0; i < countof(commands); i++) {
		const struct command *c = &commands[i];

		if (!slice_eq_nocase(c->verb, verb)) continue;
		if (by_uid && !(c->flags & (HAS_UID_FORM | UID_TAKES_SET))) return NULL;
		return c;
	}
	return NULL;
}

/* Part of a tag is none: no answer to it would be understood. */
static bool take_whole_tag(slice *in, slice *ret)
{
	slice s = *in, tag;

	if (!take_tag(&s, &tag) || (s.n && s.p[0] != ' ')) return false;
	*in = s;
	*ret = tag;
	return true;
}

/* NULL, or why it is none that may run now. */
static const struct refusal *take_opening(const struct imap *s, slice *in,
					  struct opening *ret)
{
	slice verb;

	if (!take_whole_tag(in, &ret->tag)) return &no_tag;
	if (!take_space(in) || !take_atom(in, &verb)) return &unknown;
	ret->by_uid = slice_eq_nocase(verb, S("UID"));
	if (ret->by_uid && (!take_space(in) || !take_atom(in, &verb)))
		return &refused_syntax;
	ret->command = find_command(verb, ret->by_uid);
	if (!ret->command) return &unknown;
	if (!(ret->command->states & s->state)) return &not_now;
	if (s->enabled & ENABLED_UIDONLY && ret->command->flags & HAS_UID_FORM &&
	    !ret->by_uid)
		return &uid_required;
	return NULL;
}

/* What does not ask for rights may not write where rights are asked for. */
static bool changes_others(const struct imap *s, const struct command *c)
{
	return c->states == STATE_SELECTED &&
	       c->flags & (CHANGES_ACCOUNT | CHANGES_MAILBOX) &&
	       s->view->account != s->account;
}

const struct refusal *command_prohibition(const struct imap *s, const struct command *c)
{
	if (c->flags & CHANGES_ACCOUNT && s->read_only) return &read_only_login;
	if (!(c->flags & AMONG_OTHERS) && changes_others(s, c)) return &not_there;
	if (c->flags & CHANGES_MAILBOX && s->view->read_only) return &read_only_mailbox;
	return NULL;
}

static const struct refusal *find_prohibition(const struct imap *s, const struct task *t)
{
	if (s->enabled & ENABLED_UIDONLY && t->uses_numbers) return &uid_required;
	return command_prohibition(s, t->command);
}

static bool takes_set(const struct task *t)
{
	return t->command->flags & TAKES_SET ||
	       (t->command->flags & UID_TAKES_SET && t->by_uid);
}

static bool parse_set(struct task *t, slice *in)
{
	return take_space(in) && take_seqset(in, &t->set) &&
	       seqset_resolve(&t->set, t->session->view, t->by_uid, &t->uids);
}

static bool parse(struct task *t, slice *in)
{
	if (takes_set(t) && !parse_set(t, in)) return false;
	if (t->command->ops->parse && !t->command->ops->parse(t, in)) return false;
	return !in->n;
}

/* Of a command in hand: what has come behind its last streamed literal. */
static slice text_behind(const struct imap *s)
{
	return slice_skip(buf_slice(&s->input.text), s->task->tag.n + 1);
}

static void begin_command(struct imap *s)
{
	slice in = buf_slice(&s->input.text);
	struct opening o = { 0 };
	const struct refusal *why = take_opening(s, &in, &o);
	struct task *t;

	if (why) {
		session_answer(s, o.tag, why->how, why->code, why->text);
		input_restart(&s->input);
		session_next(s);
		return;
	}
	t = task_new(s, o.command, o.tag, o.by_uid);
	why = parse(t, &in) ? find_prohibition(s, t) : &refused_syntax;
	if (why) {
		task_answer(t, why->how, why->code, why->text);
		return;
	}
	session_enable(s, t->enables);
	if (o.command->ops->start)
		o.command->ops->start(t);
	else
		task_submit(t);
}

void command_run(struct imap *s)
{
	if (s->task)
		append_end(s, text_behind(s));
	else
		begin_command(s);
}

enum literal_use command_literal(struct imap *s, const struct literal *l,
				 const struct refusal **ret_why)
{
	slice in = buf_slice(&s->input.text);
	struct opening o = { 0 };

	if (s->task) return append_literal(s, NULL, text_behind(s), l, ret_why);
	*ret_why = take_opening(s, &in, &o);
	if (*ret_why) return LITERAL_REFUSED;
	if (o.command->flags & STREAMS) return append_literal(s, &o, in, l, ret_why);
	return LITERAL_GATHERED;
}

bool command_tells_expunge(const struct task *t)
{
	if (!(t->command->flags & HOLDS_NUMBERS)) return true;
	return t->by_uid && !t->uses_numbers;
}
