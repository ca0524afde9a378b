#include "server/arrival_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "base/utf8.h"
#include "message/eight_bit_header.h"
#include "policy/header_section.h"
#include "sandbox/inbox.h"
#include "server/reporting.h"

enum { QUEUE_PREFIX_MAX = ARRIVAL_PREFIX_MAX + 128 * 1024 }; /* octets */

void arrival_init(struct arrival *d, struct server *s, struct loop *loop)
{
	*d = (struct arrival){ .server = s, .loop = loop };
	d->message = incoming_new(s->store);
	d->last = &d->first;
	buf_init(&d->reverse_path, 2048);
	buf_init(&d->prefix, ARRIVAL_PREFIX_MAX);
	buf_init(&d->queue_prefix, QUEUE_PREFIX_MAX);
	arena_init(&d->arena, ARRIVAL_ARENA_MAX);
}

void arrival_done(struct arrival *d)
{
	assert(!d->is_running);
	incoming_free(d->message);
	d->message = NULL;
	buf_done(&d->reverse_path);
	buf_done(&d->prefix);
	buf_done(&d->queue_prefix);
	arena_done(&d->arena);
}

struct arrival_target *arrival_new_target(struct arrival *d, int64_t account,
					  slice recipient)
{
	struct arrival_target *t = arena_alloc(&d->arena, sizeof(*t));

	if (!t || !arena_copy(&d->arena, recipient, &t->recipient)) return NULL;
	t->arrival = d;
	t->account = account;
	*d->last = t;
	d->last = &t->next;
	d->target_count++;
	return t;
}

struct arrival_target *arrival_add(struct arrival *d, int64_t account, slice recipient)
{
	for (struct arrival_target *t = d->first; t; t = t->next)
		if (t->account == account) return t;
	return arrival_new_target(d, account, recipient);
}

void arrival_forget_targets(struct arrival *d)
{
	assert(!arrival_has_begun(d));
	d->first = NULL;
	d->last = &d->first;
	d->target_count = d->remote_count = 0;
}

static bool has_inbox(const struct arrival *d, slice name)
{
	for (uint32_t i = 0; i < d->inbox_count; i++)
		if (slice_eq(d->inboxes[i], name)) return true;
	return false;
}

static bool keep_inbox(struct arrival *d, slice name)
{
	slice *grown = arena_alloc_array(&d->arena, d->inbox_count + 1, sizeof(*grown));

	if (!grown || !arena_copy(&d->arena, name, &grown[d->inbox_count])) return false;
	if (d->inbox_count) memcpy(grown, d->inboxes, d->inbox_count * sizeof(*grown));
	d->inboxes = grown;
	d->inbox_count++;
	return true;
}

bool arrival_add_inbox(struct arrival *d, slice login_or_recipient)
{
	struct buf name;
	bool good;

	buf_init(&name, MAILBOX_NAME_MAX);
	good = inbox_name(login_or_recipient, &name) &&
	       (has_inbox(d, buf_slice(&name)) || keep_inbox(d, buf_slice(&name)));
	buf_done(&name);
	return good;
}

static struct append append_of(const struct arrival *d)
{
	return (struct append){ .message = d->message,
				.prefix = buf_slice(&d->prefix),
				.received = d->received };
}

static bool take_junk(void *context, const struct mailbox *m)
{
	int64_t *id = context;

	if (m->use == USE_JUNK && m->selectable) *id = m->id;
	return *id == 0;
}

/* Where doubtful mail goes: the mailbox of that use (RFC 6154 2), made when it is first
 * needed; one that has only the name will do. */
static enum err find_junk(struct account *a, int64_t *ret)
{
	int64_t id = 0;
	enum err e = mailbox_each(a, take_junk, &id);

	if (!e && !id) {
		e = mailbox_create(a, S("Junk"), USE_JUNK, &id);
		if (e == ERR_EXISTS || e == ERR_DENIED)
			e = mailbox_find_id(a, S("Junk"), &id);
	}
	if (!e) *ret = id;
	return e;
}

static enum err put_into_account(struct job *j, struct account *a)
{
	struct arrival_target *t = CONTAINER_OF(j, struct arrival_target, job);
	const struct arrival *d = t->arrival;
	struct append what = append_of(d);
	int64_t mailbox;
	uint32_t uid;
	bool merged;
	enum err e = d->into_junk ? find_junk(a, &mailbox)
				  : mailbox_find_id(a, S("INBOX"), &mailbox);

	return e ? e
		 : delivery_put(a, (slice){ t->id, sizeof(t->id) }, d->received, mailbox,
				&what, &uid, NULL, &merged);
}

static enum err put_into_inboxes(struct job *j, struct account *a)
{
	const struct arrival *d = CONTAINER_OF(j, struct arrival_target, job)->arrival;
	struct append what = append_of(d);

	return inbox_deliver(a, d->inboxes, d->inbox_count, &what);
}

/* A target has answered, or none will. */
static void count_down(struct arrival *d)
{
	if (--d->waiting) return;
	d->is_running = false;
	d->finished(d);
}

static void target_done(struct job *j, enum err outcome)
{
	struct arrival_target *t = CONTAINER_OF(j, struct arrival_target, job);

	t->outcome = outcome;
	if (outcome) t->arrival->outcome = outcome;
	count_down(t->arrival);
}

static void submit_target(struct arrival_target *t)
{
	struct arrival *d = t->arrival;

	if (!d->server->is_sandbox) /* which keeps no note of deliveries */
		delivery_make_id(arrival_sender_of(t), t->recipient,
				 incoming_hash(d->message), t->id);
	t->job.account = t->account;
	t->job.level = JOB_WRITES;
	t->ticket = (struct ticket){ .job = &t->job, .loop = d->loop };
	actors_submit(d->server->actors, &t->ticket);
}

/* On the worker that finished the message: the accounts' turns begin without a detour. */
static void submit_targets(struct arrival *d)
{
	struct arrival_target *t = d->first, *next;

	for (; t; t = next) {
		next = t->next; /* the last submission may end the delivery at any moment
				 */
		t->job = (struct job){ .done = target_done };
		if (t->account == JOB_QUEUE)
			t->job.run_queue = arrival_put_into_queue;
		else
			t->job.run = d->server->is_sandbox ? put_into_inboxes
							   : put_into_account;
		submit_target(t);
	}
}

/* What leaves this server is signed, and tells where it was taken in. */
static void write_queue_prefix(struct arrival *d)
{
	if (d->sign) d->sign(d, &d->queue_prefix);
	buf_add(&d->queue_prefix, slice_skip(buf_slice(&d->prefix), d->return_path));
}

static bool has_mailbox(const struct arrival *d)
{
	for (const struct arrival_target *t = d->first; t; t = t->next)
		if (!arrival_target_is_remote(t)) return true;
	return false;
}

/* The Return-Path of a mailbox is ours; a relay must not even look for others (RFC 5321
 * 4.4). */
static enum err prepare_and_finish(struct arrival *d)
{
	enum err e = d->prepare ? d->prepare(d) : ERR_NONE;

	if (!e && !d->server->is_sandbox && has_mailbox(d))
		header_section_cut(d->message, S("Return-Path"));
	if (!e) e = incoming_finish(d->message);
	if (e || d->server->is_sandbox) return e;
	return arrival_has_looped(d, incoming_mime(d->message)->parts) ? ERR_DENIED
								       : ERR_NONE;
}

/* Whatever was said of it: some say SMTPUTF8 of all that they send, and a server without
 * it can have what does not need it (RFC 6531 3.2). */
static void mend_flags(struct arrival *d, const struct mime *m)
{
	if (m->has_8bit) d->envelope.flags |= MESSAGE_8BIT;
	if (is_ascii(d->envelope.reverse_path) && is_ascii(buf_slice(&d->queue_prefix)) &&
	    !mime_has_8bit_header(m))
		d->envelope.flags &= ~(unsigned)MESSAGE_UTF8;
}

/* The targets answer on the loop themselves: to wake it for the message alone, too, would
 * cost as much as each of them. */
static void finish_message(struct work *w)
{
	struct arrival *d = CONTAINER_OF(w, struct arrival, work);

	if (!d->finishing) d->finishing = prepare_and_finish(d);
	if (!d->finishing && d->remote_count) {
		write_queue_prefix(d);
		mend_flags(d, incoming_mime(d->message));
		if (!arrival_heed_demand(d)) d->finishing = ERR_LIMIT;
	}
	if (!d->finishing && d->has_report && !d->into_junk)
		reporting_read(d->server, d->message, !d->lacks_report_signature,
			       d->received);
	if (!d->finishing && d->first)
		submit_targets(d);
	else
		loop_post(d->loop, &d->stopped);
}

static void message_stopped(struct task *t)
{
	struct arrival *d = CONTAINER_OF(t, struct arrival, stopped);

	if (d->finishing) d->outcome = d->finishing;
	d->waiting = 1;
	count_down(d);
}

/* What it points to may be the session's, which may end before the queue has it. */
static bool keep_envelope(struct arrival *d)
{
	struct queue_envelope *v = &d->envelope;
	slice *const fields[] = { &v->reverse_path, &v->envelope_id, &v->hold, &v->login,
				  &v->trace_id };

	for (size_t i = 0; i < countof(fields); i++)
		if (!arena_copy(&d->arena, *fields[i], fields[i])) return false;
	return true;
}

void arrival_start(struct arrival *d, slice reverse_path, int64_t now)
{
	d->finishing = keep_envelope(d) ? ERR_NONE : ERR_LIMIT;
	d->received = now;
	buf_add(&d->reverse_path, reverse_path);
	d->is_running = true;
	d->waiting = d->target_count;
	d->work = (struct work){ .run = finish_message };
	d->stopped = (struct task){ .run = message_stopped };
	workers_submit(d->server->workers, WORK_URGENT, &d->work);
}

/* ---- after the mailboxes ---- */

static enum err put_rest(struct job *j, struct queue *q)
{
	struct arrival_target *t = CONTAINER_OF(j, struct arrival_target, job);
	const struct arrival *d = t->arrival;
	struct queue_new what = { .envelope = &d->envelope,
				  .message = d->message,
				  .prefix = slice_skip(buf_slice(&d->prefix),
						       d->return_path),
				  .targets = d->rest,
				  .count = d->rest_count };
	int64_t id;
	bool merged;

	return queue_deliver(q, (slice){ t->id, sizeof(t->id) }, &what, &id, &merged);
}

static void rest_put(struct job *j, enum err outcome)
{
	struct arrival_target *t = CONTAINER_OF(j, struct arrival_target, job);
	struct arrival *d = t->arrival;

	t->outcome = d->telling = outcome;
	d->is_running = false;
	d->told(d);
}

bool arrival_tell(struct arrival *d, const struct queue_target *rest, uint32_t count)
{
	struct arrival_target *t;
	struct buf name; /* of no recipient: the blank tells it from mail that goes on */

	assert(count > 0 && !d->is_running);
	buf_init(&name, 1 + rest->address.n);
	buf_add_char(&name, ' ');
	buf_add(&name, rest->address);
	t = arrival_new_target(d, JOB_QUEUE, buf_slice(&name));
	buf_done(&name);
	d->telling = t ? ERR_NONE : ERR_LATER;
	if (!t) return false;
	d->rest = rest;
	d->rest_count = count;
	d->is_running = true;
	t->job = (struct job){ .run_queue = put_rest, .done = rest_put };
	submit_target(t);
	return true;
}

enum err arrival_target_outcome(const struct arrival_target *t)
{
	const struct arrival *d = t->arrival;

	return d->finishing ? d->finishing : t->outcome;
}

int64_t arrival_target_account(const struct arrival_target *t)
{
	return t->account;
}

bool arrival_target_is_remote(const struct arrival_target *t)
{
	return t->account == JOB_QUEUE;
}

bool arrival_has_begun(const struct arrival *d)
{
	return d->work.run;
}

void arrival_each_destination(const struct arrival *d,
			      void (*tell)(void *context, slice destination),
			      void *context)
{
	for (const struct arrival_target *t = d->first; t; t = t->next)
		for (uint32_t i = 0; t->outbound && i < t->outbound->count; i++)
			tell(context, t->outbound->remote[i].destination);
}

slice arrival_message_id(const struct arrival *d)
{
	bool is_read = arrival_has_begun(d) && !d->is_running &&
		       incoming_is_finished(d->message);

	return is_read ? incoming_summary(d->message)->message_id : S("");
}

int64_t arrival_queue_id(const struct arrival *d)
{
	for (const struct arrival_target *t = d->first; t; t = t->next)
		if (arrival_target_is_remote(t) && !t->outcome) return t->queue_id;
	return 0;
}

/* Marks one account's delivery as answered; outlives the session. */
struct acknowledgement {
	char id[DELIVERY_ID_SIZE];
	struct job job;
	struct ticket ticket;
};

static enum err mark_answered(struct job *j, struct account *a)
{
	struct acknowledgement *k = CONTAINER_OF(j, struct acknowledgement, job);

	return delivery_answered(a, (slice){ k->id, sizeof(k->id) }, clock_now());
}

static enum err mark_queue_answered(struct job *j, struct queue *q)
{
	struct acknowledgement *k = CONTAINER_OF(j, struct acknowledgement, job);

	return queue_answered(q, (slice){ k->id, sizeof(k->id) }, clock_now());
}

static void answer_marked(struct job *, enum err)
{
	/* Unmarked, a retry within days would merge: logged where it failed, no more. */
}

static void free_acknowledgement(struct ticket *t)
{
	free(CONTAINER_OF(t, struct acknowledgement, ticket));
}

static void acknowledge(const struct arrival *d, const struct arrival_target *t)
{
	struct acknowledgement *k = calloc(1, sizeof(*k));

	assert(k);
	memcpy(k->id, t->id, sizeof(k->id));
	k->job = (struct job){ .account = t->account,
			       .level = JOB_WRITES_FLAGS,
			       .done = answer_marked };
	if (t->account == JOB_QUEUE)
		k->job.run_queue = mark_queue_answered;
	else
		k->job.run = mark_answered;
	k->ticket = (struct ticket){ .job = &k->job,
				     .loop = d->loop,
				     .answered = free_acknowledgement };
	actors_submit_later(d->server->actors, &k->ticket);
}

void arrival_answered(const struct arrival *d)
{
	if (d->server->is_sandbox) return;
	for (const struct arrival_target *t = d->first; t; t = t->next)
		if (!t->outcome) acknowledge(d, t);
}
