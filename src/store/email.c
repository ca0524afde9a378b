#include "store/email.h"

#include <assert.h>
#include <stdlib.h>

#include "base/siphash.h"
#include "store/account_private.h"
#include "store/blob.h"

enum { REFERENCES_LOOKED_UP_MAX = 100 };

/* Picks candidates by index; the text itself decides. */
static int64_t message_key(const struct account *a, slice message_id)
{
	const struct siphash_key key = { (uint64_t)a->hash_key, (uint64_t)a->id };

	return (int64_t)(siphash(&key, message_id) >> 1);
}

/* --- threads --- */

static enum err find_thread(struct account *a, slice message_id, int64_t *ret)
{
	struct query *q = db_query(a->db, "SELECT thread FROM email"
					  " WHERE message_key = $1 AND message_id = $2"
					  " LIMIT 1");

	query_int(q, message_key(a, message_id));
	query_text(q, message_id);
	return query_run_int(q, ret);
}

static enum err choose_thread(struct account *a, const struct summary *s, int64_t *ret)
{
	slice references = s->references, id;
	enum err e = ERR_NOT_FOUND;
	bool is_reply_to;

	for (int i = 0; e == ERR_NOT_FOUND && i < REFERENCES_LOOKED_UP_MAX; i++) {
		if (!take_reference(&references, &id, &is_reply_to)) break;
		e = find_thread(a, id, ret);
	}
	if (e == ERR_NOT_FOUND && s->message_id.n) e = find_thread(a, s->message_id, ret);
	if (e != ERR_NOT_FOUND) return e;
	*ret = account_take_id(a);
	return ERR_NONE;
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
	query_int(q, message_key(a, s->message_id));
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

static enum err insert_email(struct account *a, const struct append *what, int64_t id,
			     int64_t blob, int64_t thread)
{
	struct query *q = db_query(
		a->db,
		"INSERT INTO email (id, blob, thread, received, received_zone, sent,"
		" sent_zone, size, has_attachment, message_key, envelope, body_structure,"
		" parts, subject, from_text, to_text, cc_text, bcc_text, sender_text,"
		" reply_to_text, message_id, reference_ids, preview, prefix, crlf_growth)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
		" $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)");

	query_int(q, id);
	query_int(q, blob);
	query_int(q, thread);
	bind_numbers(q, a, what);
	bind_texts(q, incoming_summary(what->message));
	query_blob(q, what->prefix);
	query_int(q, (int64_t)incoming_crlf_growth(what->message));
	return query_run(q);
}

enum err email_put(struct account *a, const struct append *what, int64_t *ret_id)
{
	int64_t blob, thread, id = account_take_id(a);
	enum err e = blob_put(a, what->message, &blob);

	if (!e) e = choose_thread(a, incoming_summary(what->message), &thread);
	if (!e) e = insert_email(a, what, id, blob, thread);
	if (!e) *ret_id = id;
	return e;
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

static enum err release(struct account *a, int64_t email)
{
	struct query *q = db_query(a->db, "DELETE FROM email WHERE id = $1 AND NOT EXISTS"
					  " (SELECT 1 FROM message WHERE email = $1)"
					  " RETURNING blob");
	int64_t blob;
	enum err e;

	query_int(q, email);
	e = query_run_int(q, &blob);
	if (e == ERR_NOT_FOUND) return ERR_NONE; /* in another mailbox too */
	return e ? e : blob_release(a, blob);
}

enum err emails_release(struct account *a, const struct emails *emails)
{
	enum err e = ERR_NONE;

	a->removals += emails->count;
	for (size_t i = 0; !e && i < emails->count; i++)
		e = release(a, emails->ids[i]);
	return e;
}
