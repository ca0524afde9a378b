/*
 * APPEND (RFC 9051 6.3.12; several messages: RFC 3502; APPENDUID: RFC 4315 3)
 *
 * The task is there as soon as the first message's literal is announced, and
 * takes the octets of all. Messages are made of them before the account is
 * taken, as many as may lie in memory at once, the rest one by one.
 */
#include "base/utf8.h"
#include "imap/append_make.h"
#include "imap/commands.h"
#include "imap/mailbox_argument.h"
#include "imap/session.h"

enum {
	/* Octets of all messages of a command, by that of the largest. */
	ALL_BY_LARGEST = 16,
	PREPARED_MAX = 4 * 1024 * 1024, /* octets of messages made beforehand */
};

struct append_request {
	struct append_list list;
	slice name;
	struct incoming
		*spool; /* NULL until the first octets, and once it is a message */
	struct date now;
	enum err trouble; /* why the octets could not be kept, or a message not be made */
};

static const struct refusal too_big = { ANSWER_NO, SLICE_INIT("TOOBIG"),
					SLICE_INIT("message too large") };
static const struct refusal too_much = { ANSWER_NO, SLICE_INIT("LIMIT"),
					 SLICE_INIT("too much at once") };
static const struct refusal empty = { ANSWER_NO, SLICE_INIT("CANNOT"),
				      SLICE_INIT("message without content") };

/* --- taking --- */

static struct append_request *request_of(const struct imap *s)
{
	return s->task ? s->task->request : NULL;
}

static enum append_step look_ahead(slice text)
{
	struct append_list list = { 0 };
	struct arena arena;
	enum append_step step;

	arena_init(&arena, IMAP_COMMAND_MAX);
	step = append_list_take(&list, text, &arena);
	arena_done(&arena);
	return step;
}

/* A literal without octets is how a client takes the command back (RFC 3502). */
static const struct refusal *find_fault(const struct imap *s, enum append_step step,
					const struct literal *l)
{
	const struct append_request *r = request_of(s);
	uint64_t max = s->config->append_max, before = 0;

	if (r && r->spool) before = incoming_size(r->spool);
	if (step == APPEND_TOO_MANY) return &too_much;
	if (step != APPEND_DATA) return &refused_syntax;
	if (s->read_only) return &refused_read_only;
	if (!l->size) return &empty;
	if (l->size > max) return &too_big;
	return before / ALL_BY_LARGEST + l->size > max ? &too_much : NULL;
}

static void begin(struct imap *s, const struct opening *o, slice text)
{
	struct task *t = task_new(s, o->command, o->tag, o->by_uid);
	struct append_request *r = task_request(t, sizeof(*r));

	append_list_take(&r->list, text, &t->arena);
}

enum literal_use append_literal(struct imap *s, const struct opening *o, slice text,
				const struct literal *l, const struct refusal **ret_why)
{
	struct append_request *r = request_of(s);
	enum append_step step =
		r ? append_list_take(&r->list, text, &s->task->arena) : look_ahead(text);

	if (step == APPEND_STRING) return LITERAL_GATHERED;
	*ret_why = find_fault(s, step, l);
	if (*ret_why) return LITERAL_REFUSED;
	if (!r) begin(s, o, text);
	r = request_of(s);
	if (!r->spool) r->spool = s->ops->incoming_new(s->host);
	if (append_list_expect(&r->list, incoming_size(r->spool), l, &s->task->arena))
		return LITERAL_STREAMED;
	*ret_why = &too_much;
	return LITERAL_REFUSED;
}

void append_octets(struct imap *s, slice octets)
{
	struct append_request *r = request_of(s);

	if (!r->trouble) r->trouble = incoming_add(r->spool, octets);
}

static void start_append(struct task *t)
{
	struct append_request *r = t->request;
	struct imap *s = t->session;

	if (!resolve_mailbox(t, r->list.mailbox, &r->name)) return;
	r->now.instant = s->ops->now(s->host);
	task_submit(t);
}

void append_end(struct imap *s, slice text)
{
	struct task *t = s->task;
	struct append_request *r = t->request;
	enum append_step step = append_list_take(&r->list, text, &t->arena);

	input_restart(&s->input);
	if (step == APPEND_END)
		start_append(t);
	else
		task_answer(t, refused_syntax.how, refused_syntax.code,
			    refused_syntax.text);
}

/* A complete command without a message. */
static bool parse_append(struct task *, slice *)
{
	return false;
}

static void discard_append(struct task *t)
{
	struct append_request *r = t->request;

	if (!r) return;
	incoming_free(r->spool);
	for (struct append_message *m = r->list.messages; m; m = m->next)
		incoming_free(m->made);
}

/* --- the job --- */

static void prepare_append(struct job *j)
{
	struct append_request *r = ((struct task *)j)->request;
	uint64_t octets = 0;

	for (struct append_message *m = r->list.messages; m && !r->trouble; m = m->next) {
		octets += m->size;
		if (m != r->list.messages && octets > PREPARED_MAX) return;
		r->trouble = append_make(&r->list, m, &r->spool);
	}
}

static enum err find_target(struct task *t, struct account *a, struct mailbox *ret)
{
	const struct append_request *r = t->request;
	enum err e = mailbox_find(a, r->name, &t->scratch, ret);

	if (!e && !ret->selectable) e = ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		task_complain(t, S("TRYCREATE"), S("there is no such mailbox"));
	return e;
}

static enum err find_flags(struct account *a, const struct append_message *m,
			   uint64_t *ret)
{
	struct flag_list flags = { .system = m->system,
				   .keyword_count = m->keyword_count };

	for (uint32_t i = 0; i < m->keyword_count; i++)
		flags.keywords[i] = m->keywords[i];
	return flag_list_bits(a, &flags, true, ret);
}

/* Header fields in UTF-8 are for those who have said that they can read them (RFC 6855
 * 4); octets that are no characters of any charset we could name pass, for there is old
 * mail that has them. */
static bool has_utf8_fields(const struct mime_part *root)
{
	for (uint32_t i = 0; i < root->field_count; i++) {
		slice value = root->fields[i].value;

		if (!is_ascii(value)) return utf8_valid(value);
	}
	return false;
}

static bool is_refused(struct task *t, const struct mime *m)
{
	if (m->has_nul)
		task_complain(t, S("UNKNOWN-CTE"), S("the message holds NUL octets"));
	else if (!(t->enabled & ENABLED_UTF8) && m->has_8bit &&
		 has_utf8_fields(&m->parts[0]))
		task_complain(t, S("CANNOT"), S("enable UTF8=ACCEPT for such a header"));
	else
		return false;
	return true;
}

/* NUL cannot be given back in a literal (RFC 9051 4.3), so it is not taken where it
 * cannot be encoded (RFC 3516 4.4). */
static enum err append(struct task *t, struct account *a, const struct mailbox *to,
		       const struct append_message *m, uint32_t *ret_uid)
{
	const struct append_request *r = t->request;
	struct append what = { .message = m->made };
	struct date received = m->has_received ? m->received : r->now;
	enum err e;

	if (is_refused(t, incoming_mime(m->made))) return ERR_MALFORMED;
	what.received = received.instant;
	what.received_zone = received.zone_minutes;
	e = find_flags(a, m, &what.flags);
	if (e) return e;
	e = message_append(a, to->id, &what, ret_uid, NULL);
	if (e == ERR_LIMIT)
		task_complain(t, S("OVERQUOTA"), S("no room for the message"));
	return e;
}

/* One that was not made before is not kept. */
static enum err make_and_append(struct task *t, struct account *a,
				const struct mailbox *to, const struct append_message *m,
				uint32_t *ret_uid)
{
	struct append_request *r = t->request;
	struct append_message made = *m;
	enum err e = append_make(&r->list, &made, &r->spool);

	if (!e) e = append(t, a, to, &made, ret_uid);
	if (!m->made) incoming_free(made.made);
	return e;
}

/* The UIDs follow each other, for the account has done nothing else. */
static enum err work_append(struct task *t, struct account *a)
{
	const struct append_request *r = t->request;
	uint32_t uid = 0;
	struct mailbox to;
	enum err e = r->trouble;

	if (!e) e = find_target(t, a, &to);
	for (const struct append_message *m = r->list.messages; m && !e; m = m->next)
		e = make_and_append(t, a, &to, m, &uid);
	if (e) return e;
	buf_addf(&t->code, "APPENDUID %u %u", to.uid_validity, uid - r->list.count + 1);
	if (r->list.count > 1) buf_addf(&t->code, ":%u", uid);
	return ERR_NONE;
}

const struct command_ops append_ops = {
	.parse = parse_append,
	.prepare = prepare_append,
	.work = work_append,
	.discard = discard_append,
	.level = JOB_WRITES,
};
