#include "store/email_view.h"

#include <assert.h>
#include <stdlib.h>

#include "store/account_private.h"
#include "store/gone.h"

/* --- places --- */

struct places {
	struct email_place *list;
	uint32_t count, capacity;
};

static void add_place(struct places *p, const struct email_place *place)
{
	if (p->count == p->capacity) {
		p->capacity = p->capacity ? p->capacity * 2 : 8;
		p->list = reallocarray(p->list, p->capacity, sizeof(*p->list));
		assert(p->list); /* as many as the account has messages */
	}
	p->list[p->count++] = *place;
}

static enum err read_places(struct account *a, int64_t email, struct places *ret)
{
	struct query *q = db_query(a->db, "SELECT mailbox, uid, flags FROM message"
					  " WHERE email = $1 ORDER BY mailbox, uid");

	ret->count = 0;
	query_int(q, email);
	while (query_row(q)) {
		const struct email_place place = { query_get_int(q, 0),
						   (uint32_t)query_get_int(q, 1),
						   (uint64_t)query_get_int(q, 2) };

		add_place(ret, &place);
	}
	return query_end(q);
}

static uint64_t union_of(const struct places *p)
{
	uint64_t flags = 0;

	for (uint32_t i = 0; i < p->count; i++)
		flags |= p->list[i].flags;
	return flags & ~(uint64_t)FLAG_DELETED;
}

/* --- rows --- */

#define BASE_COLUMNS                                                                     \
	"SELECT e.id, e.thread, e.received, e.received_zone, e.sent, e.sent_zone,"       \
	" e.size, e.has_attachment"
#define TEXT_COLUMNS                                                                     \
	", e.subject, e.from_text, e.to_text, e.cc_text, e.bcc_text, e.sender_text,"     \
	" e.reply_to_text, e.message_id, e.reference_ids, e.preview"
#define ONE " FROM email e WHERE e.id = $1"
#define ALL " FROM email e WHERE e.id >= $1 ORDER BY e.id"
#define IN_MAILBOX                                                                       \
	" FROM email e WHERE e.id IN (SELECT email FROM message WHERE mailbox = $2"      \
	" AND email >= $1) ORDER BY e.id"

enum { TEXTS = 10, FIRST_TEXT = 8 };

struct texts {
	slice *at[TEXTS]; /* in the order of TEXT_COLUMNS */
};

static struct texts texts_of(struct email_view *e)
{
	return (struct texts){ { &e->subject, &e->from, &e->to, &e->cc, &e->bcc,
				 &e->sender, &e->reply_to, &e->message_id, &e->references,
				 &e->preview } };
}

static struct email_view read_row(struct query *q, unsigned columns)
{
	struct email_view e = {
		.id = query_get_int(q, 0),
		.thread = query_get_int(q, 1),
		.received = query_get_int(q, 2),
		.received_zone = (int32_t)query_get_int(q, 3),
		.sent = query_get_int(q, 4),
		.sent_zone = (int32_t)query_get_int(q, 5),
		.size = (uint64_t)query_get_int(q, 6),
		.has_attachment = query_get_int(q, 7),
	};
	struct texts texts = texts_of(&e);

	for (int i = 0; columns && i < TEXTS; i++)
		*texts.at[i] = query_get_slice(q, FIRST_TEXT + i);
	return e;
}

/* Of a row at hand; there is a place, or the store is damaged. */
static enum err add_places(struct account *a, struct places *places, struct email_view *e)
{
	enum err failed = read_places(a, e->id, places);

	if (failed) return failed;
	if (places->count == 0) return damaged(a, "email");
	e->places = places->list;
	e->place_count = places->count;
	e->flags = union_of(places);
	return ERR_NONE;
}

/* --- one --- */

static bool copy_view(struct email_view *e, struct arena *arena)
{
	struct texts texts = texts_of(e);
	struct email_place *places =
		arena_alloc_array(arena, e->place_count, sizeof(*places));
	bool fits = places;

	for (uint32_t i = 0; fits && i < e->place_count; i++)
		places[i] = e->places[i];
	for (int i = 0; fits && i < TEXTS; i++)
		fits = arena_copy(arena, *texts.at[i], texts.at[i]);
	e->places = places;
	return fits;
}

enum err email_view_get(struct account *a, int64_t email, unsigned columns,
			struct arena *arena, struct email_view *ret)
{
	struct query *q = db_query(a->db, columns ? BASE_COLUMNS TEXT_COLUMNS ONE
						  : BASE_COLUMNS ONE);
	struct places places = { 0 };
	enum err e = ERR_NOT_FOUND, ended;

	query_int(q, email);
	if (query_row(q)) {
		struct email_view found = read_row(q, columns);

		e = add_places(a, &places, &found);
		if (!e && !copy_view(&found, arena)) e = ERR_LIMIT;
		if (!e) *ret = found;
	}
	ended = query_end(q);
	free(places.list);
	return e && e != ERR_NOT_FOUND ? e : ended ? ended : e;
}

/* --- many --- */

static enum err visit_all(struct account *a, struct query *q, unsigned columns,
			  email_visitor *visit, void *context)
{
	struct places places = { 0 };
	enum err e = ERR_NONE, ended;
	bool more = true;

	while (!e && more && query_row(q)) {
		struct email_view found = read_row(q, columns);

		e = add_places(a, &places, &found);
		if (!e) more = visit(context, &found);
	}
	ended = query_end(q);
	free(places.list);
	return e ? e : ended;
}

enum err email_view_each(struct account *a, int64_t first, unsigned columns,
			 email_visitor *visit, void *context)
{
	struct query *q = db_query(a->db, columns ? BASE_COLUMNS TEXT_COLUMNS ALL
						  : BASE_COLUMNS ALL);

	query_int(q, first);
	return visit_all(a, q, columns, visit, context);
}

enum err email_view_each_in(struct account *a, int64_t mailbox, int64_t first,
			    unsigned columns, email_visitor *visit, void *context)
{
	struct query *q = db_query(a->db, columns ? BASE_COLUMNS TEXT_COLUMNS IN_MAILBOX
						  : BASE_COLUMNS IN_MAILBOX);

	query_int(q, first);
	query_int(q, mailbox);
	return visit_all(a, q, columns, visit, context);
}

/* The highest number that an email has, or had as long as that is known. */
enum err email_arrivals(struct account *a, uint64_t *ret)
{
	struct query *q = db_query(
		a->db, "SELECT COALESCE(MAX(id), 0) FROM (SELECT MAX(id) AS id FROM email"
		       " UNION ALL SELECT MAX(id) FROM gone WHERE kind = $1)");
	int64_t newest;
	enum err e;

	query_int(q, GONE_EMAIL);
	e = query_run_int(q, &newest);
	if (!e) *ret = (uint64_t)newest;
	return e;
}
