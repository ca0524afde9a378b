#include "queue/check.h"

#include "queue/listing.h"
#include "queue/queue_private.h"

/* Each query gives a row, with an id, for each fault. */
static const struct rule {
	slice what;
	const char *sql;
} rules[] = {
	{ SLICE_INIT("a message that nobody waits for"),
	  "SELECT id FROM message WHERE NOT EXISTS (SELECT 1 FROM recipient"
	  " WHERE message = id AND (state < 3 OR owed > 0))" },
	{ SLICE_INIT("recipients without a message"),
	  "SELECT message FROM recipient"
	  " WHERE NOT EXISTS (SELECT 1 FROM message WHERE id = message)" },
	{ SLICE_INIT("a body without a message"),
	  "SELECT message FROM body WHERE NOT EXISTS"
	  " (SELECT 1 FROM message WHERE id = body.message AND encoding < 2)" },
	{ SLICE_INIT("a number that is to be handed out again"),
	  "SELECT id FROM message WHERE id >= (SELECT next_id FROM queue)" },
	{ SLICE_INIT("a report that is owed to nobody"),
	  "SELECT message FROM recipient WHERE owed > 0 AND EXISTS"
	  " (SELECT 1 FROM message WHERE id = message AND reverse_path = '')" },
	{ SLICE_INIT("a destination that nobody waits for"),
	  "SELECT 0 FROM destination WHERE NOT EXISTS (SELECT 1 FROM recipient"
	  " WHERE destination = name AND state = 0)" },
	{ SLICE_INIT("a destination that is not as its recipients"),
	  "SELECT first FROM (SELECT destination AS name, MIN(message) AS first,"
	  " MIN(next_attempt) AS due FROM recipient WHERE state = 0"
	  " GROUP BY destination) AS waiting WHERE NOT EXISTS"
	  " (SELECT 1 FROM destination WHERE destination.name = waiting.name"
	  " AND next_attempt = CASE WHEN not_before > due THEN not_before"
	  " ELSE due END)" },
};

struct checking {
	struct queue *q;
	queue_fault *tell;
	void *context;
	uint64_t faults;
};

static void found(struct checking *c, slice what, int64_t where)
{
	c->tell(c->context, what, where);
	c->faults++;
}

static enum err check_rule(struct checking *c, const struct rule *rule)
{
	struct query *row = db_query(c->q->db, rule->sql);

	while (query_row(row))
		found(c, rule->what, query_get_int(row, 0));
	return query_end(row);
}

static bool check_body(void *context, const struct queue_message *m)
{
	struct checking *c = context;
	struct body *b = NULL;
	enum err e = queue_open_body(c->q, m->id, &b);

	if (e || body_size(b) != m->size)
		found(c, S("a message whose body cannot be read"), m->id);
	body_close(b);
	return true;
}

enum err queue_check(struct queue *q, queue_fault *tell, void *context,
		     uint64_t *ret_faults)
{
	struct checking c = { .q = q, .tell = tell, .context = context };
	enum err e = ERR_NONE;

	for (size_t i = 0; !e && i < countof(rules); i++)
		e = check_rule(&c, &rules[i]);
	if (!e) e = queue_list(q, 0, check_body, &c);
	if (!e) *ret_faults = c.faults;
	return e;
}
