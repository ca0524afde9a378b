/*
 * APPEND (RFC 9051 6.3.12; several messages: RFC 3502; APPENDUID: RFC 4315 3) and REPLACE
 * (RFC 8508)
 *
 * The task is there as soon as the first message's literal is announced, and
 * takes the octets of all.
 */
#include <string.h>

#include "imap/append_work.h"
#include "imap/commands.h"
#include "imap/mailbox_argument.h"
#include "imap/message_limit.h"
#include "imap/session.h"

enum { ALL_BY_LARGEST = 16 }; /* octets of all messages, by that of the largest */

static const struct refusal too_big = { ANSWER_NO, SLICE_INIT("TOOBIG"),
					SLICE_INIT("message too large") };
static const struct refusal too_much = { ANSWER_NO, SLICE_INIT("LIMIT"),
					 SLICE_INIT("too much at once") };
static const struct refusal empty = { ANSWER_NO, SLICE_INIT("CANNOT"),
				      SLICE_INIT("message without content") };

static bool is_replace(const struct command *c)
{
	return c->ops == &replace_ops;
}

static uint32_t count_max(const struct imap *s)
{
	uint32_t limit = s->config->message_limit;

	return limit && limit < APPEND_MESSAGES_MAX ? limit : APPEND_MESSAGES_MAX;
}

static struct append_list new_list(const struct imap *s, const struct command *c)
{
	return (struct append_list){ .is_replacing = is_replace(c),
				     .count_max = count_max(s) };
}

/* All or none are appended (RFC 9738 3.1). The refusal outlives the task. */
static const struct refusal *refuse_too_many(struct imap *s)
{
	struct buf code;

	buf_init(&code, sizeof(s->too_many_code));
	message_limit_write(&code, count_max(s), 0);
	memcpy(s->too_many_code, buf_slice(&code).p, code.n);
	s->too_many = (struct refusal){ ANSWER_NO,
					{ s->too_many_code, code.n },
					SLICE_INIT("too many messages at once") };
	buf_done(&code);
	return &s->too_many;
}

static struct append_request *request_of(const struct imap *s)
{
	return s->task ? s->task->request : NULL;
}

/* --- taking --- */

/* Before there is a task: what the first piece leads to. */
static enum append_step look_ahead(slice text, struct append_list *ret)
{
	struct arena arena;
	enum append_step step;

	arena_init(&arena, TASK_ARENA_MAX);
	step = append_list_take(ret, text, &arena);
	arena_done(&arena);
	return step;
}

/* With one more literal. One without octets is how a client takes the command back (RFC
 * 3502 6.3.11), unless it is a part of many. */
static const struct refusal *find_excess(const struct imap *s,
					 enum append_stage behind_data, uint64_t literal)
{
	const struct append_request *r = request_of(s);
	uint64_t max = s->config->append_max, all = 0, of_message = 0;

	if (r) {
		all = r->source.spool ? incoming_size(r->source.spool) : 0;
		of_message = r->source.list.last->size;
	}
	if (!literal && behind_data != APPEND_BEHIND_PART) return &empty;
	if (literal > max || of_message + literal > max) return &too_big;
	return all / ALL_BY_LARGEST + literal > max ? &too_much : NULL;
}

static const struct refusal *find_fault(struct imap *s, const struct command *c,
					enum append_step step)
{
	if (step == APPEND_TOO_MANY) return refuse_too_many(s);
	if (step == APPEND_TOO_MUCH) return &too_much;
	return step == APPEND_DATA ? command_prohibition(s, c) : &refused_syntax;
}

static void begin(struct imap *s, const struct opening *o, slice text)
{
	struct task *t = task_new(s, o->command, o->tag, o->by_uid);
	struct append_request *r = task_request(t, sizeof(*r));

	r->source.list = new_list(s, o->command);
	append_list_take(&r->source.list, text, &t->arena);
}

/* Where the literal's octets go. */
static bool expect(struct imap *s, const struct literal *l)
{
	struct append_source *source = &request_of(s)->source;

	if (!source->spool) source->spool = s->ops->incoming_new(s->host);
	return append_list_expect(&source->list, incoming_size(source->spool), l,
				  &s->task->arena);
}

enum literal_use append_literal(struct imap *s, const struct opening *o, slice text,
				const struct literal *l, const struct refusal **ret_why)
{
	struct append_request *r = request_of(s);
	const struct command *c = r ? s->task->command : o->command;
	struct append_list ahead = new_list(s, c);
	struct append_list *list = r ? &r->source.list : &ahead;
	enum append_step step = r ? append_list_take(list, text, &s->task->arena)
				  : look_ahead(text, list);

	if (step == APPEND_STRING) return LITERAL_GATHERED;
	*ret_why = find_fault(s, c, step);
	if (!*ret_why) *ret_why = find_excess(s, list->behind_data, l->size);
	if (*ret_why) return LITERAL_REFUSED;
	if (!r) begin(s, o, text);
	if (expect(s, l)) return LITERAL_STREAMED;
	*ret_why = &too_much;
	return LITERAL_REFUSED;
}

void append_octets(struct imap *s, slice octets)
{
	struct append_request *r = request_of(s);

	if (!r->trouble) r->trouble = incoming_add(r->source.spool, octets);
}

/* --- the end --- */

static void refuse_task(struct task *t, const struct refusal *why)
{
	task_answer(t, why->how, why->code, why->text);
}

static void start_append(struct task *t)
{
	struct append_request *r = t->request;
	struct imap *s = t->session;

	if (r->step == APPEND_TOO_MUCH || r->step == APPEND_TOO_MANY) {
		refuse_task(t, find_fault(s, t->command, r->step));
		return;
	}
	if (!resolve_mailbox(t, r->source.list.mailbox, &r->name)) return;
	if (!r->source.spool) r->source.spool = s->ops->incoming_new(s->host);
	r->source.max = s->config->append_max;
	r->now.instant = s->ops->now(s->host);
	task_submit(t);
}

static bool resolve_number(struct task *t)
{
	const struct append_request *r = t->request;
	slice number = r->source.list.number;

	return take_seqset(&number, &t->set) && !number.n &&
	       seqset_resolve(&t->set, t->session->view, t->by_uid, &t->uids);
}

static void start_replace(struct task *t)
{
	if (!resolve_number(t))
		refuse_task(t, &refused_syntax);
	else if (!interval_set_count(&t->uids))
		task_answer(t, ANSWER_NO, S("NONEXISTENT"),
			    S("there is no such message"));
	else
		start_append(t);
}

void append_end(struct imap *s, slice text)
{
	struct task *t = s->task;
	struct append_request *r = t->request;
	enum append_step step = append_list_take(&r->source.list, text, &t->arena);

	input_restart(&s->input);
	if (step == APPEND_END)
		t->command->ops->start(t);
	else
		refuse_task(t, step == APPEND_DATA ? &refused_syntax
						   : find_fault(s, t->command, step));
}

/* A command that is complete at once, so without a literal that is data. */
static bool parse_append(struct task *t, slice *in)
{
	struct append_request *r = task_request(t, sizeof(*r));
	slice text = *in;

	r->source.list = new_list(t->session, t->command);
	*in = slice_skip(*in, in->n);
	r->step = append_list_take(&r->source.list, text, &t->arena);
	return r->step == APPEND_END || r->step == APPEND_TOO_MUCH ||
	       r->step == APPEND_TOO_MANY;
}

static void append_done(struct task *t)
{
	const struct append_request *r = t->request;
	slice wire = r->source.list.mailbox;

	if (is_renamed(t, r->name, wire)) tell_old_name(t, S(""), r->name, wire);
}

static void discard_append(struct task *t)
{
	struct append_request *r = t->request;

	if (!r) return;
	incoming_free(r->source.spool);
	for (struct append_message *m = r->source.list.messages; m; m = m->next)
		incoming_free(m->made);
}

const struct command_ops append_ops = {
	.parse = parse_append,
	.start = start_append,
	.prepare = append_prepare,
	.work = append_work,
	.done = append_done,
	.discard = discard_append,
	.level = JOB_WRITES,
};

const struct command_ops replace_ops = {
	.parse = parse_append,
	.start = start_replace,
	.prepare = append_prepare,
	.work = replace_work,
	.done = append_done,
	.discard = discard_append,
	.level = JOB_WRITES,
};
