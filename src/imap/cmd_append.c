/* APPEND (RFC 9051 6.3.12; APPENDUID: RFC 4315 3). The arguments are read when the
 * message's literal is announced; the literal then streams into an incoming message. */
#include "imap/access.h"
#include "imap/commands.h"
#include "imap/mailbox_argument.h"
#include "imap/session.h"
#include "store/incoming.h"

struct append_request {
	slice wire, name;
	struct flag_list flags;
	struct date received;
	bool has_received;
	struct incoming *message;
	enum err trouble; /* why the octets could not be kept */
};

/* What stands between the mailbox and the literal: [flags SP] [date-time SP]. */
static bool parse_options(slice *in, struct append_request *r)
{
	slice flags = *in;

	if (take_char(&flags, '(') &&
	    (!take_flag_list(in, false, &r->flags) || !take_space(in)))
		return false;
	r->has_received = take_date_time(in, &r->received);
	return !r->has_received || take_space(in);
}

/* SP mailbox SP options, up to the announcement of the literal. */
static bool parse_arguments(slice in, struct arena *arena, struct append_request *r)
{
	struct literal l;
	size_t at;

	return take_space(&in) && take_astring(&in, arena, &r->wire) && take_space(&in) &&
	       parse_options(&in, r) && find_literal(in, &l, &at) && at == 0;
}

/* The task is there before its command is complete: it takes the octets. */
static void begin_message(struct imap *s, const struct opening *o, slice args)
{
	struct task *t = task_new(s, o->command, o->tag, false);
	struct append_request *r = task_request(t, sizeof(*r));

	parse_arguments(args, &t->arena, r);
	r->message = s->ops->incoming_new(s->host);
	s->input.reader = READ_APPEND;
}

static const struct refusal *find_fault(const struct imap *s, slice args,
					const struct literal *l)
{
	static const struct refusal too_big = { ANSWER_NO, SLICE_INIT("TOOBIG"),
						SLICE_INIT("message too large") };
	static const struct refusal empty = { ANSWER_NO, SLICE_INIT("CANNOT"),
					      SLICE_INIT("message without content") };
	struct append_request r = { 0 };
	struct arena arena;
	bool ok;

	arena_init(&arena, IMAP_COMMAND_MAX);
	ok = parse_arguments(args, &arena, &r);
	arena_done(&arena);
	if (!ok) return &refused_syntax;
	if (s->read_only) return &refused_read_only;
	if (!l->size) return &empty;
	return l->size > s->config->append_max ? &too_big : NULL;
}

static bool is_mailbox_literal(slice args)
{
	struct literal l;
	size_t at;

	return take_space(&args) && find_literal(args, &l, &at) && at == 0;
}

enum literal_use append_literal(struct imap *s, const struct opening *o, slice args,
				const struct literal *l, const struct refusal **ret_why)
{
	if (is_mailbox_literal(args)) return LITERAL_GATHERED;
	*ret_why = find_fault(s, args, l);
	if (*ret_why) return LITERAL_REFUSED;
	begin_message(s, o, args);
	return LITERAL_STREAMED;
}

void append_octets(struct imap *s, slice octets)
{
	struct append_request *r = s->task->request;

	if (!r->trouble) r->trouble = incoming_add(r->message, octets);
}

static void start_append(struct task *t)
{
	struct append_request *r = t->request;
	struct imap *s = t->session;

	if (!resolve_mailbox(t, r->wire, &r->name)) return;
	if (!r->has_received)
		r->received = (struct date){ .instant = s->ops->now(s->host) };
	task_submit(t);
}

/* The line behind the message must be empty: one message a command. */
void append_line(struct imap *s, slice line)
{
	struct task *t = s->task;

	s->input.reader = READ_COMMAND;
	if (!line.n) {
		start_append(t);
		return;
	}
	s->task = NULL;
	input_refuse(s, t->tag, &refused_syntax, line);
	task_free(t);
}

/* A complete command without a message. */
static bool parse_append(struct task *, slice *)
{
	return false;
}

static void prepare_append(struct job *j)
{
	struct append_request *r = ((struct task *)j)->request;

	if (!r->trouble) r->trouble = incoming_finish(r->message);
}

static enum err find_target(struct task *t, struct account *a, struct mailbox *ret,
			    unsigned *ret_rights)
{
	const struct append_request *r = t->request;
	enum err e = access_mailbox(t, a, r->name, RIGHT_INSERT, ret, ret_rights);

	if (!e && !ret->selectable) e = ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		task_complain(t, S("TRYCREATE"), S("there is no such mailbox"));
	return e;
}

static enum err append(struct task *t, struct account *a, const struct mailbox *to,
		       unsigned rights)
{
	const struct append_request *r = t->request;
	struct append what = {
		.message = r->message,
		.received = r->received.instant,
		.received_zone = r->received.zone_minutes,
	};
	uint32_t uid;
	enum err e = flag_list_bits(a, &r->flags, rights & RIGHT_WRITE, &what.flags);

	if (e) return e;
	what.flags &= access_flags(rights);
	e = message_append(a, to->id, &what, &uid, NULL);
	if (!e) buf_addf(&t->code, "APPENDUID %u %u", to->uid_validity, uid);
	if (e == ERR_LIMIT)
		task_complain(t, S("OVERQUOTA"), S("no room for the message"));
	return e;
}

/* NUL cannot be given back in a literal (RFC 9051 4.3), so it is not taken. */
static enum err work_append(struct task *t, struct account *a)
{
	const struct append_request *r = t->request;
	struct mailbox to;
	unsigned rights;
	enum err e = r->trouble;

	if (!e && incoming_mime(r->message)->has_nul) {
		task_complain(t, S("UNKNOWN-CTE"), S("the message holds NUL octets"));
		return ERR_MALFORMED;
	}
	if (!e) e = find_target(t, a, &to, &rights);
	return e ? e : append(t, a, &to, rights);
}

static void append_discard(struct task *t)
{
	struct append_request *r = t->request;

	if (r) incoming_free(r->message);
}

const struct command_ops append_ops = {
	.parse = parse_append,
	.prepare = prepare_append,
	.work = work_append,
	.discard = append_discard,
	.level = JOB_WRITES,
};
