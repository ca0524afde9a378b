#include "store/email.h"

#include <assert.h>
#include <stdlib.h>

#include "store/account_private.h"
#include "store/blob.h"
#include "store/gone.h"
#include "store/thread_choice.h"

/* --- threads --- */

/* Those that follow its first are in an index; that one is the last with an id below the
 * thread's. */
static enum err thread_is_there(struct account *a, int64_t thread, bool *ret)
{
	struct query *q = db_query(
		a->db, "SELECT 1 WHERE EXISTS"
		       " (SELECT 1 FROM email WHERE thread = $1 AND thread < id)"
		       " OR EXISTS (SELECT 1 FROM email WHERE thread = $1 AND id ="
		       " (SELECT MAX(id) FROM email WHERE id < $1))");
	int64_t one;
	enum err e;

	query_int(q, thread);
	e = query_run_int(q, &one);
	*ret = !e;
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

/* --- storing --- */

static void bind_numbers(struct query *q, const struct account *a,
			 const struct append *what)
{
	const struct summary *s = incoming_summary(what->message);

	query_int(q, what->received);
	query_int(q, what->received_zone);
	query_int(q, s->sent);
	query_int(q, s->sent_zone);
	query_int(q, (int64_t)(what->prefix.n + incoming_size(what->message)));
	query_int(q, s->has_attachment);
	query_int(q, thread_message_key(a, s->message_id));
}

static void bind_texts(struct query *q, const struct summary *s)
{
	const slice texts[] = { s->subject,    s->from,   s->to,       s->cc,
				s->bcc,        s->sender, s->reply_to, s->message_id,
				s->references, s->preview };

	query_blob(q, s->envelope);
	query_blob(q, s->body_structure);
	query_blob(q, s->parts);
	for (size_t i = 0; i < countof(texts); i++)
		query_text(q, texts[i]);
}

struct numbers {
	int64_t id, blob;
	uint64_t created;
	struct thread thread;
};

static enum err insert_email(struct account *a, const struct append *what,
			     const struct numbers *n)
{
	struct query *q = db_query(
		a->db,
		"INSERT INTO email (id, blob, thread, received, received_zone, sent,"
		" sent_zone, size, has_attachment, message_key, envelope, body_structure,"
		" parts, subject, from_text, to_text, cc_text, bcc_text, sender_text,"
		" reply_to_text, message_id, reference_ids, preview, prefix, crlf_growth,"
		" created, thread_created)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
		" $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)");

	query_int(q, n->id);
	query_int(q, n->blob);
	query_int(q, n->thread.id);
	bind_numbers(q, a, what);
	bind_texts(q, incoming_summary(what->message));
	query_blob(q, what->prefix);
	query_int(q, (int64_t)incoming_crlf_growth(what->message));
	query_int(q, (int64_t)n->created);
	query_int(q, (int64_t)n->thread.created);
	return query_run(q);
}

enum err email_put(struct account *a, const struct append *what, uint64_t created,
		   int64_t *ret_id, struct thread *ret_thread)
{
	struct numbers n = { .id = account_take_id(a), .created = created };
	const struct summary *s = incoming_summary(what->message);
	enum err e = blob_put(a, what->message, &n.blob);
	bool waits = false;

	if (!e) e = thread_choose(a, s, created, &n.thread, &waits);
	if (!e) e = insert_email(a, what, &n);
	if (!e && waits) e = thread_await(a, n.id, s);
	if (e) return e;
	*ret_id = n.id;
	*ret_thread = n.thread;
	return ERR_NONE;
}

/* --- removing --- */

void emails_add(struct emails *e, int64_t id)
{
	if (e->count == e->capacity) {
		e->capacity = e->capacity ? e->capacity * 2 : 64;
		e->ids = reallocarray(e->ids, e->capacity, sizeof(*e->ids));
		assert(e->ids); /* as many as the account has messages */
	}
	e->ids[e->count++] = id;
}

void emails_done(struct emails *e)
{
	free(e->ids);
	*e = (struct emails){ 0 };
}

enum err emails_collect_mailbox(struct account *a, int64_t mailbox, struct emails *ret)
{
	struct query *q = db_query(a->db, "SELECT email FROM message WHERE mailbox = $1");

	query_int(q, mailbox);
	while (query_row(q))
		emails_add(ret, query_get_int(q, 0));
	return query_end(q);
}

/* It is in another mailbox too. */
static enum err log_loss(struct account *a, struct gone g)
{
	struct query *q = db_query(a->db, "SELECT created FROM email WHERE id = $1");
	int64_t created;
	enum err e;

	query_int(q, g.id);
	e = query_run_int(q, &created);
	if (e) return e == ERR_NOT_FOUND ? ERR_NONE : e; /* went before, of the same op */
	g.created = (uint64_t)created;
	return gone_put(a, GONE_EMAIL, &g);
}

static enum err log_end(struct account *a, struct gone g, const struct thread *thread)
{
	enum err e = gone_put(a, GONE_EMAIL, &g);
	bool there;

	if (!e) e = thread_is_there(a, thread->id, &there);
	if (e) return e;
	g.id = thread->id;
	g.created = thread->created;
	g.what = there ? GONE_IN_PART : GONE_WHOLLY;
	return gone_put(a, GONE_THREAD, &g);
}

/* Whether something was to be seen already before the change. */
static enum err was_visible(struct query *q, int64_t id, uint64_t modseq, bool *ret)
{
	query_int(q, id);
	query_int(q, FLAG_DELETED);
	query_int(q, (int64_t)modseq);
	*ret = query_row(q);
	return query_end(q);
}

static enum err log_shown_email(struct account *a, struct gone g)
{
	bool before;
	enum err e = was_visible(db_query(a->db,
					  "SELECT 1 FROM message WHERE email = $1"
					  " AND flags & $2 = 0 AND modseq <> $3 LIMIT 1"),
				 g.id, g.modseq, &before);

	g.what = GONE_NO_MORE;
	return e || before ? e : gone_put(a, GONE_EMAIL, &g);
}

static enum err log_shown_thread(struct account *a, struct gone g)
{
	bool before;
	enum err e = was_visible(
		db_query(a->db, "SELECT 1 FROM email JOIN message"
				" ON message.email = email.id WHERE email.thread = $1"
				" AND message.flags & $2 = 0 AND message.modseq <> $3"
				" LIMIT 1"),
		g.id, g.modseq, &before);

	g.what = before ? GONE_IN_PART : GONE_NO_MORE;
	return e ? e : gone_put(a, GONE_THREAD, &g);
}

static enum err log_visibility(struct account *a, int64_t email, uint64_t modseq,
			       bool is_hiding)
{
	struct query *q = db_query(a->db, "SELECT thread, thread_created, created"
					  " FROM email WHERE id = $1");
	struct gone thread = { .modseq = modseq, .what = GONE_IN_PART };
	struct gone g = { .modseq = modseq, .id = email };
	enum err e;

	query_int(q, email);
	if (query_row(q)) {
		thread.id = query_get_int(q, 0);
		thread.created = (uint64_t)query_get_int(q, 1);
		g.created = (uint64_t)query_get_int(q, 2);
	}
	e = query_end(q);
	if (e || is_hiding) return e ? e : gone_put(a, GONE_THREAD, &thread);
	e = log_shown_email(a, g);
	return e ? e : log_shown_thread(a, thread);
}

enum err emails_log_visibility(struct account *a, const struct emails *emails,
			       uint64_t modseq, bool is_hiding)
{
	enum err e = ERR_NONE;

	for (size_t i = 0; !e && i < emails->count; i++)
		e = log_visibility(a, emails->ids[i], modseq, is_hiding);
	return e;
}

static enum err release(struct account *a, int64_t email, uint64_t modseq, bool moved)
{
	struct query *q = db_query(a->db, "DELETE FROM email WHERE id = $1 AND NOT EXISTS"
					  " (SELECT 1 FROM message WHERE email = $1)"
					  " RETURNING blob, created, thread,"
					  " thread_created");
	struct gone g = { modseq, email, 0, GONE_IN_PART };
	struct thread thread = { 0 };
	int64_t blob = 0;
	enum err e;

	query_int(q, email);
	if (query_row(q)) {
		blob = query_get_int(q, 0);
		g.created = (uint64_t)query_get_int(q, 1);
		g.what = GONE_WHOLLY;
		thread = (struct thread){ query_get_int(q, 2),
					  (uint64_t)query_get_int(q, 3) };
	}
	e = query_end(q);
	if (!e && g.what == GONE_IN_PART) return moved ? e : log_loss(a, g);
	if (!e) e = thread_await_no_more(a, email);
	if (!e) e = log_end(a, g, &thread);
	return e ? e : blob_release(a, blob);
}

enum err emails_release(struct account *a, const struct emails *emails, uint64_t modseq,
			bool moved)
{
	enum err e = ERR_NONE;

	a->removals += emails->count;
	for (size_t i = 0; !e && i < emails->count; i++)
		e = release(a, emails->ids[i], modseq, moved);
	return e;
}
