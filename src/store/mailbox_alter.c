/* What changes of a mailbox beside its messages and its name. */
#include "store/account_private.h"
#include "store/mailbox_private.h"

enum err mailbox_alter(struct account *a, int64_t id)
{
	struct query *q;
	uint64_t modseq;
	enum err e = account_take_modseq(a, &modseq);

	if (e) return e;
	account_note_mailboxes(a, modseq);
	q = db_query(a->db, "UPDATE mailbox SET altered = $2 WHERE id = $1");
	query_int(q, id);
	query_int(q, (int64_t)modseq);
	return query_run(q);
}

enum err mailbox_alter_named(struct account *a, slice name)
{
	struct query *q = db_query(a->db, "SELECT id FROM mailbox WHERE name = $1");
	uint64_t modseq;
	int64_t id;
	enum err e;

	query_text(q, name);
	e = query_run_int(q, &id);
	if (e == ERR_NOT_FOUND) return account_take_modseq(a, &modseq); /* for watchers */
	return e ? e : mailbox_alter(a, id);
}

enum err mailbox_set_sort_order(struct account *a, int64_t id, uint32_t order)
{
	struct query *q =
		db_query(a->db, "UPDATE mailbox SET sort_order = $2 WHERE id = $1");
	enum err e;

	query_int(q, id);
	query_int(q, order);
	e = query_run(q);
	return e ? e : mailbox_alter(a, id);
}
