#include <assert.h>
#include <stdlib.h>

#include "base/container.h"
#include "base/log.h"
#include "server/smtp_state.h"
#include "server/trace_message.h"

/* What a failure is called in a reply; ERR_NONE's text is followed by the id. */
static const struct smtp_reply replies[ERR_COUNT] = {
	[ERR_NONE] = { 250, SLICE_INIT("2.0.0"), SLICE_INIT("Safe as ") },
	[ERR_LATER] = { 451, SLICE_INIT("4.3.0"),
			SLICE_INIT("Cannot store it now, try again later") },
	[ERR_NOT_FOUND] = { 550, SLICE_INIT("5.1.1"),
			    SLICE_INIT("No such user here any more") },
	[ERR_EXISTS] = { 451, SLICE_INIT("4.3.0"), SLICE_INIT("Local trouble") },
	[ERR_DENIED] = { 554, SLICE_INIT("5.4.6"),
			 SLICE_INIT("It goes round in circles: too many hops") },
	[ERR_LIMIT] = { 452, SLICE_INIT("4.2.2"), SLICE_INIT("The mailbox is full") },
	[ERR_MALFORMED] = { 554, SLICE_INIT("5.6.0"),
			    SLICE_INIT("The message cannot be read") },
	[ERR_INTERNAL] = { 451, SLICE_INIT("4.3.0"), SLICE_INIT("Local trouble") },
};

/* The worst of its accounts speaks for it. */
static const struct arrival_target *failed_target(const struct recipient *r)
{
	const struct arrival_target *failed = NULL;

	for (uint32_t i = 0; i < r->target_count; i++)
		if (arrival_target_outcome(r->targets[i])) failed = r->targets[i];
	return failed;
}

enum err smtp_recipient_outcome(const struct smtp_session *m, const struct recipient *r)
{
	const struct arrival_target *failed = failed_target(r);

	if (failed && m->is_split) return m->arrival.telling; /* the queue's now */
	if (failed) return arrival_target_outcome(failed);
	if (m->s.server->is_sandbox && m->arrival.outcome) return m->arrival.outcome;
	return r->notify & DSN_SUCCESS ? m->arrival.telling : ERR_NONE;
}

static struct smtp_reply reply_of(const struct smtp_session *m, const struct recipient *r,
				  slice success)
{
	enum err e = smtp_recipient_outcome(m, r);
	const struct arrival_target *failed = failed_target(r);
	struct smtp_reply reply = replies[e];

	if (e == ERR_LIMIT && failed && arrival_target_account(failed) != JOB_QUEUE)
		return *smtp_room_refusal(m->s.server->store,
					  arrival_target_account(failed),
					  incoming_size(m->arrival.message));
	if (!e) reply.text = success;
	return reply;
}

static void answer_lmtp(struct smtp_session *m, slice success)
{
	struct smtp_reply *list = calloc(m->recipient_count, sizeof(*list));
	uint32_t i = 0;

	assert(list);
	for (const struct recipient *r = m->first; r; r = r->next)
		list[i++] = reply_of(m, r, success);
	smtp_answer_recipients(m->smtp, list, m->recipient_count);
	free(list);
}

/* RFC 6409 6.1 asks it of the envelope; a reader sees only the header. */
static struct smtp_reply reply_to_foreign_author(struct smtp_session *m)
{
	struct smtp_reply reply = { 550, S("5.7.1"),
				    S("From or Sender names no address of yours") };
	struct buf text;

	buf_init(&text, SMTP_REPLY_LINE_MAX);
	buf_addf(&text, "From or Sender names %.*s, which is no address of yours",
		 FMT(buf_slice(&m->submission.foreign)));
	if (!text.overflow) (void)arena_copy(&m->arena, buf_slice(&text), &reply.text);
	buf_done(&text);
	return reply;
}

/* Of a recipient that has failed, if any has. */
static struct smtp_reply reply_to_all(struct smtp_session *m, slice success)
{
	struct smtp_reply reply = reply_of(m, m->first, success);

	if (m->arrival.outcome && m->submission.foreign.n)
		return reply_to_foreign_author(m);
	for (const struct recipient *r = m->first->next;
	     r && reply.code == replies[ERR_NONE].code; r = r->next)
		reply = reply_of(m, r, success);
	return reply;
}

static void log_arrival(const struct smtp_session *m)
{
	char ip[NETADDR_TEXT_MAX];
	enum err outcome = m->is_split ? m->arrival.telling : m->arrival.outcome;

	log_event(LOG_INFO, outcome ? "message.refused" : "message.accepted",
		  LOG_STR("id", buf_slice(&m->id)), LOG_INT("session", m->s.id),
		  LOG_STR("peer", netaddr_text(&m->s.peer, ip)),
		  LOG_STR("from", buf_slice(&m->arrival.reverse_path)),
		  LOG_STR("to", m->first ? m->first->address : S("")),
		  LOG_INT("recipients", m->recipient_count),
		  LOG_INT("size", incoming_size(m->arrival.message)),
		  LOG_ERR("outcome", outcome));
}

/* A peer that has gone brings it again, and then it is time to tell. */
void smtp_message_arrived(struct arrival *a)
{
	struct smtp_session *m = CONTAINER_OF(a, struct smtp_session, arrival);

	m->is_split = m->s.conn && smtp_is_partly_stored(m);
	if (!m->s.conn || !smtp_tell_queue(m)) smtp_sender_told(a);
}

void smtp_sender_told(struct arrival *a)
{
	struct smtp_session *m = CONTAINER_OF(a, struct smtp_session, arrival);
	struct smtp_reply reply;
	struct buf success;

	log_arrival(m);
	if (!m->s.conn) {
		trace_message(m, NULL);
		session_release(&m->s);
		return;
	}
	buf_init(&success, 100);
	buf_add(&success, replies[ERR_NONE].text);
	buf_add(&success, buf_slice(&m->id));
	reply = reply_to_all(m, buf_slice(&success));
	trace_message(m, &reply);
	if (m->guest) m->guest->queue_id = arrival_queue_id(&m->arrival);
	if (m->config.lmtp)
		answer_lmtp(m, buf_slice(&success));
	else
		smtp_answer(m->smtp, &reply);
	buf_done(&success);
	session_resume(&m->s);
	session_release(&m->s);
}

void smtp_message_answered(void *host)
{
	struct smtp_session *m = host;

	if (m->has_arrival) arrival_answered(&m->arrival);
}
