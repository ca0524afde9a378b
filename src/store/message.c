#include "store/message.h"

#include <assert.h>

#include "base/clock.h"
#include "store/account_private.h"
#include "store/email.h"
#include "store/mailbox_private.h"
#include "store/quota.h"
#include "store/uidset.h"

/* --- adding --- */

struct entry {
	int64_t mailbox, email, thread;
	uint32_t uid;
	uint64_t flags, modseq;
	int64_t size, crlf_growth;
};

static enum err insert_entry(struct account *a, const struct entry *n)
{
	struct query *q =
		db_query(a->db, "INSERT INTO message (mailbox, uid, email, flags,"
				" modseq, saved, size, crlf_growth, thread)"
				" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

	query_int(q, n->mailbox);
	query_int(q, n->uid);
	query_int(q, n->email);
	query_int(q, (int64_t)n->flags);
	query_int(q, (int64_t)n->modseq);
	query_int(q, clock_now());
	query_int(q, n->size);
	query_int(q, n->crlf_growth);
	query_int(q, n->thread);
	return query_run(q);
}

/* Gives the entry its UID, counts it and adds it. */
static enum err add_entry(struct account *a, struct entry *n)
{
	struct mailbox_delta delta = { 0 };
	enum err e;

	mailbox_delta_add(&delta, n->flags, n->size, 1);
	e = mailbox_count(a, n->mailbox, &delta, n->modseq, 1, &n->uid);
	if (!e) e = uidset_append(a, n->mailbox, n->uid, n->uid);
	return e ? e : insert_entry(a, n);
}

enum err message_append(struct account *a, int64_t mailbox, const struct append *what,
			uint32_t *ret_uid, int64_t *ret_email)
{
	uint64_t size = what->prefix.n + incoming_size(what->message);
	struct entry n = { .mailbox = mailbox,
			   .flags = what->flags,
			   .size = (int64_t)size,
			   .crlf_growth = (int64_t)incoming_crlf_growth(what->message) };
	struct thread thread = { 0 };
	enum err e = quota_check(a, size, 1);

	if (!e) e = account_take_modseq(a, &n.modseq);
	if (!e) e = email_put(a, what, n.modseq, &n.email, &thread);
	n.thread = thread.id;
	if (!e) e = add_entry(a, &n);
	if (e) return e;
	*ret_uid = n.uid;
	if (ret_email) *ret_email = n.email;
	return ERR_NONE;
}

enum err message_link(struct account *a, int64_t email, int64_t mailbox, uint64_t flags,
		      uint32_t *ret_uid)
{
	struct query *q = db_query(a->db, "SELECT size, crlf_growth, thread FROM email"
					  " WHERE id = $1");
	struct entry n = { .mailbox = mailbox, .email = email, .flags = flags };
	enum err e;

	query_int(q, email);
	if (!query_row(q)) {
		e = query_end(q);
		return e ? e : ERR_NOT_FOUND;
	}
	n.size = query_get_int(q, 0);
	n.crlf_growth = query_get_int(q, 1);
	n.thread = query_get_int(q, 2);
	e = query_end(q);
	if (!e) e = account_take_modseq(a, &n.modseq);
	if (!e) e = add_entry(a, &n);
	if (!e) *ret_uid = n.uid;
	return e;
}

/* --- reading --- */

#define MESSAGE_COLUMNS                                                                  \
	"SELECT m.uid, m.email, m.flags, m.modseq, m.saved, m.size,"                     \
	" m.crlf_growth"
#define DATE_COLUMNS ", e.received, e.received_zone, e.sent, e.sent_zone, e.thread"
#define WIRE_COLUMNS ", e.envelope, e.body_structure"
#define HEADER_COLUMNS                                                                   \
	", e.subject, e.from_text, e.to_text, e.cc_text, e.bcc_text, e.message_id,"      \
	" e.reference_ids, e.preview"
#define RANGE " WHERE m.mailbox = $1 AND m.uid BETWEEN $2 AND $3 ORDER BY m.uid"
#define FROM_BOTH " FROM message m JOIN email e ON e.id = m.email" RANGE

/* The first that gives all that is wanted; each next one reads more of a row. */
static const struct selection {
	unsigned columns;
	const char *sql;
} selections[] = {
	{ 0, MESSAGE_COLUMNS " FROM message m" RANGE },
	{ COLUMN_DATES, MESSAGE_COLUMNS DATE_COLUMNS FROM_BOTH },
	{ COLUMN_DATES | COLUMN_ENVELOPE | COLUMN_STRUCTURE,
	  MESSAGE_COLUMNS DATE_COLUMNS WIRE_COLUMNS FROM_BOTH },
	{ ~0U, MESSAGE_COLUMNS DATE_COLUMNS WIRE_COLUMNS HEADER_COLUMNS FROM_BOTH },
};

static const struct selection *choose(unsigned columns)
{
	const struct selection *s = selections;

	while (columns & ~s->columns)
		s++;
	return s;
}

static void read_headers(struct query *q, struct message *m)
{
	m->subject = query_get_slice(q, 14);
	m->from = query_get_slice(q, 15);
	m->to = query_get_slice(q, 16);
	m->cc = query_get_slice(q, 17);
	m->bcc = query_get_slice(q, 18);
	m->message_id = query_get_slice(q, 19);
	m->references = query_get_slice(q, 20);
	m->preview = query_get_slice(q, 21);
}

static void read_email(struct query *q, unsigned columns, struct message *m)
{
	m->received = query_get_int(q, 7);
	m->received_zone = (int32_t)query_get_int(q, 8);
	m->sent = query_get_int(q, 9);
	m->sent_zone = (int32_t)query_get_int(q, 10);
	m->thread = query_get_int(q, 11);
	if (columns & COLUMN_ENVELOPE) {
		m->envelope = query_get_slice(q, 12);
		m->body_structure = query_get_slice(q, 13);
	}
	if (columns & COLUMN_HEADERS) read_headers(q, m);
}

static struct message read_message(struct query *q, unsigned columns)
{
	struct message m = {
		.uid = (uint32_t)query_get_int(q, 0),
		.email = query_get_int(q, 1),
		.flags = (uint64_t)query_get_int(q, 2),
		.modseq = (uint64_t)query_get_int(q, 3),
		.saved = query_get_int(q, 4),
		.size = (uint64_t)query_get_int(q, 5),
		.crlf_growth = (uint64_t)query_get_int(q, 6),
	};

	if (columns) read_email(q, columns, &m);
	return m;
}

/* The pages of emails lie scattered among those of bodies, so each would be waited for.
 * The rows of a mailbox are read ahead while its emails lie close together. */
struct ahead {
	uint32_t rows; /* read since from */
	int64_t from;  /* the email of the first of them */
};

enum {
	AHEAD_ROWS = 64,     /* show whether emails lie close together */
	IDS_PER_ROW_MAX = 8, /* an email takes 3 or less, with its body and thread */
	AHEAD_FROM = 512,    /* ids behind the row; those before are asked for or read */
	AHEAD_TO = 4096,     /* some hundred pages */
};

static void read_ahead(struct account *a, struct ahead *h, int64_t email)
{
	if (h->rows == 0) h->from = email;
	if (++h->rows < AHEAD_ROWS) return;
	h->rows = 0;
	if (email > h->from && email - h->from <= AHEAD_ROWS * IDS_PER_ROW_MAX)
		db_read_ahead(a->db, "email", email + AHEAD_FROM, email + AHEAD_TO);
}

enum err message_each(struct account *a, int64_t mailbox, uint32_t first, uint32_t last,
		      unsigned columns, message_visitor *visit, void *context)
{
	const struct selection *s = choose(columns);
	struct query *q = db_query(a->db, s->sql);
	struct ahead ahead = { 0 };
	bool more = true;

	query_int(q, mailbox);
	query_int(q, first);
	query_int(q, last);
	while (more && query_row(q)) {
		struct message m = read_message(q, s->columns);

		if (columns) read_ahead(a, &ahead, m.email);
		more = visit(context, &m);
	}
	return query_end(q);
}

enum err message_deleted_size(struct account *a, int64_t mailbox, uint64_t *ret)
{
	struct query *q = db_query(a->db, "SELECT COALESCE(SUM(size), 0) FROM message"
					  " WHERE mailbox = $1 AND flags & 8 <> 0");
	int64_t sum;
	enum err e;

	query_int(q, mailbox);
	e = query_run_int(q, &sum);
	if (!e) *ret = (uint64_t)sum;
	return e;
}

struct copying {
	struct arena *arena;
	struct message *to;
	enum err e;
};

static bool copy_message(void *context, const struct message *m)
{
	struct copying *c = context;
	slice *const texts[] = { &c->to->envelope,   &c->to->body_structure,
				 &c->to->preview,    &c->to->subject,
				 &c->to->from,       &c->to->to,
				 &c->to->cc,         &c->to->bcc,
				 &c->to->message_id, &c->to->references };

	*c->to = *m;
	c->e = ERR_NONE;
	for (size_t i = 0; i < countof(texts); i++)
		if (!arena_copy(c->arena, *texts[i], texts[i])) c->e = ERR_LIMIT;
	return false;
}

enum err message_get(struct account *a, int64_t mailbox, uint32_t uid, unsigned columns,
		     struct arena *arena, struct message *ret)
{
	struct copying c = { .arena = arena, .to = ret, .e = ERR_NOT_FOUND };
	enum err e = message_each(a, mailbox, uid, uid, columns, copy_message, &c);

	return e ? e : c.e;
}
