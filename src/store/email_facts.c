#include "store/email_facts.h"

#include "store/account_private.h"

#define BEHIND " WHERE (received, id) > ($1, $2) ORDER BY received, id"
#define FACTS "SELECT id, thread, received, sent, size, has_attachment FROM email"

static struct email_facts read_facts(struct query *q)
{
	return (struct email_facts){
		.id = query_get_int(q, 0),
		.thread = query_get_int(q, 1),
		.received = query_get_int(q, 2),
		.sent = query_get_int(q, 3),
		.size = (uint64_t)query_get_int(q, 4),
		.has_attachment = query_get_int(q, 5) != 0,
	};
}

enum err email_facts_each(struct account *a, int64_t received, int64_t id,
			  email_facts_visitor *visit, void *context)
{
	struct query *q = db_query(a->db, FACTS BEHIND);
	bool more = true;

	query_int(q, received);
	query_int(q, id);
	while (more && query_row(q)) {
		struct email_facts f = read_facts(q);

		more = visit(context, &f);
	}
	return query_end(q);
}

enum err email_arrivals_each(struct account *a, int64_t received, int64_t id,
			     email_facts_visitor *visit, void *context)
{
	struct query *q = db_query(a->db, "SELECT id, received FROM email" BEHIND);
	bool more = true;

	query_int(q, received);
	query_int(q, id);
	while (more && query_row(q)) {
		struct email_facts f = { .id = query_get_int(q, 0),
					 .received = query_get_int(q, 1) };

		more = visit(context, &f);
	}
	return query_end(q);
}

enum err email_newest_each(struct account *a, email_facts_visitor *visit, void *context)
{
	struct query *q = db_query(a->db, FACTS " ORDER BY received DESC, id DESC");
	bool more = true;

	while (more && query_row(q)) {
		struct email_facts f = read_facts(q);

		more = visit(context, &f);
	}
	return query_end(q);
}

enum err email_facts_get(struct account *a, int64_t id, struct email_facts *ret)
{
	struct query *q = db_query(a->db, FACTS " WHERE id = $1");
	bool found;
	enum err e;

	query_int(q, id);
	found = query_row(q);
	if (found) *ret = read_facts(q);
	e = query_end(q);
	return e || found ? e : ERR_NOT_FOUND;
}

enum err email_places_each(struct account *a, int64_t email, email_place_visitor *visit,
			   void *context)
{
	struct query *q = db_query(a->db, "SELECT mailbox, uid, flags FROM message"
					  " WHERE email = $1 ORDER BY mailbox, uid");
	bool more = true;

	query_int(q, email);
	while (more && query_row(q)) {
		struct email_place p = { .mailbox = query_get_int(q, 0),
					 .uid = (uint32_t)query_get_int(q, 1),
					 .flags = (uint64_t)query_get_int(q, 2) };

		more = visit(context, email, &p);
	}
	return query_end(q);
}

enum err email_places_in(struct account *a, int64_t mailbox, uint32_t first_uid,
			 email_place_visitor *visit, void *context)
{
	struct query *q = db_query(a->db, "SELECT email, uid, flags FROM message"
					  " WHERE mailbox = $1 AND uid >= $2"
					  " ORDER BY uid");
	bool more = true;

	query_int(q, mailbox);
	query_int(q, first_uid);
	while (more && query_row(q)) {
		struct email_place p = { .mailbox = mailbox,
					 .uid = (uint32_t)query_get_int(q, 1),
					 .flags = (uint64_t)query_get_int(q, 2) };

		more = visit(context, query_get_int(q, 0), &p);
	}
	return query_end(q);
}

enum err email_texts_get(struct account *a, int64_t id, email_texts_visitor *visit,
			 void *context)
{
	struct query *q = db_query(a->db, "SELECT subject, from_text, to_text FROM email"
					  " WHERE id = $1");
	struct email_texts t;
	bool found;
	enum err e;

	query_int(q, id);
	found = query_row(q);
	if (found) {
		t = (struct email_texts){ .subject = query_get_slice(q, 0),
					  .from = query_get_slice(q, 1),
					  .to = query_get_slice(q, 2) };
		visit(context, &t);
	}
	e = query_end(q);
	return e || found ? e : ERR_NOT_FOUND;
}
