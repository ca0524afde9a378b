/*
 * The host's part of EmailSubmission/set: mails are handed in and taken back one after
 * the other, each when the one before is done. An answer may come from inside the
 * question: then the loop that asked goes on.
 */
#include "jmap/call_private.h"
#include "jmap/submission_set.h"

enum { REPLY_MAX = 500 }; /* octets of a reply that is kept */

static void go_on(struct submission_set *s);

/* --- sending --- */

static bool is_accepted(slice reply)
{
	return !reply.n || reply.p[0] == '2';
}

/* What is in the queue may yet fail; what went to mailboxes here alone is there. */
static json_t *status_of(slice reply, int64_t queue_id)
{
	slice text = reply.n ? slice_head(reply, REPLY_MAX) : S("250 2.0.0 accepted");
	const char *delivered = !is_accepted(reply) ? "no" : queue_id ? "queued" : "yes";

	return json_pack("{s:o,s:s,s:s}", "smtpReply", json_slice(text), "delivered",
			 delivered, "displayed", "unknown");
}

static json_t *statuses(const struct sending *s, const struct jmap_sent *what)
{
	json_t *all = json_object();

	for (uint32_t i = 0; i < s->envelope.count; i++) {
		slice reply = what->replies ? what->replies[i] : S("");
		slice address = s->envelope.recipients[i];

		json_object_setn_new(all, address.p, address.n,
				     status_of(reply, what->queue_id));
	}
	return all;
}

static void mail_sent(struct jmap_mail *m, const struct jmap_sent *what)
{
	struct sending *s = CONTAINER_OF(m, struct sending, mail);

	s->is_answered = true;
	s->outcome = what->outcome;
	s->queue_id = what->queue_id;
	s->status = statuses(s, what);
	go_on(s->set);
}

static bool is_to_send(const struct sending *s)
{
	return !s->refusal.error && s->message && !s->is_asked;
}

static void send(struct jmap_request *r, struct sending *s)
{
	s->mail = (struct jmap_mail){ .request = r,
				      .message = s->message,
				      .reverse_path = s->envelope.reverse_path,
				      .recipients = s->envelope.recipients,
				      .recipient_count = s->envelope.count,
				      .release_at = s->envelope.release_at,
				      .hold = s->envelope.hold,
				      .envelope_id = s->envelope.envelope_id,
				      .ret = s->envelope.ret,
				      .notify = s->envelope.notify,
				      .originals = s->envelope.originals,
				      .sent = mail_sent };
	s->is_asked = true;
	s->message = NULL;
	r->ops->send(r->host, &s->mail);
}

/* --- taking back --- */

static void recalled(struct jmap_recall *r, enum err outcome)
{
	struct recalling *one = CONTAINER_OF(r, struct recalling, recall);

	one->is_answered = true;
	one->outcome = outcome;
	go_on(one->set);
}

static void recall(struct jmap_request *r, struct recalling *one)
{
	one->recall.request = r;
	one->recall.recalled = recalled;
	one->is_asked = true;
	r->ops->cancel(r->host, &one->recall);
}

/* --- one after the other --- */

/* The host is asked for the next; false: there is none. *ret_answered: it has answered.
 */
static bool ask_next(struct submission_set *s, const bool **ret_answered)
{
	struct jmap_request *r = call_request(s->call);

	for (size_t i = 0; i < s->sending_count; i++) {
		if (!is_to_send(&s->sendings[i])) continue;
		*ret_answered = &s->sendings[i].is_answered;
		send(r, &s->sendings[i]);
		return true;
	}
	for (size_t i = 0; i < s->recall_count; i++) {
		if (s->recalls[i].is_asked) continue;
		*ret_answered = &s->recalls[i].is_answered;
		recall(r, &s->recalls[i]);
		return true;
	}
	return false;
}

static void go_on(struct submission_set *s)
{
	const bool *answered;

	if (s->is_asking) return;
	s->is_asking = true;
	while (ask_next(s, &answered)) {
		if (*answered) continue;
		s->is_asking = false;
		return;
	}
	s->is_asking = false;
	call_resume(s->call);
}

/* ifInState has held when all was looked at. */
void submission_ask(struct call *c)
{
	json_object_del(call_arguments(c), "ifInState");
	go_on(call_state(c));
}
