/*
 * The host's part of EmailSubmission/set: mails are handed in and taken back one after
 * the other, each when the one before is done. An answer may come from inside the
 * question: then the loop goes on with the next.
 */
#include "base/container.h"
#include "jmap/submission_set.h"

enum { REPLY_MAX = 500 }; /* octets of a reply that is kept */

static bool ask_next(struct submission_set *s);

/* Until the host takes its time, or all is done. */
static void go_on(struct submission_set *s)
{
	if (s->is_asking) return;
	s->is_asking = true;
	while (ask_next(s))
		continue;
	s->is_asking = false;
}

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

static void keep_status(struct sending *s, const struct jmap_sent *what)
{
	s->status = json_object();
	for (uint32_t i = 0; i < s->envelope.count; i++) {
		slice reply = what->replies ? what->replies[i] : S("");
		slice address = s->envelope.recipients[i];

		json_object_setn_new(s->status, address.p, address.n,
				     status_of(reply, what->queue_id));
	}
}

static struct submission_set *set_of(struct jmap_request *r);

void jmap_mail_sent(struct jmap_mail *m, const struct jmap_sent *what)
{
	struct sending *s = CONTAINER_OF(m, struct sending, mail);

	s->outcome = what->outcome;
	s->queue_id = what->queue_id;
	if (!what->outcome) keep_status(s, what);
	s->is_done = true;
	go_on(s->set);
}
