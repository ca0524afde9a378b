#include "store/acl.h"

#include "store/account_private.h"
#include "store/mailbox_private.h"

enum err acl_rights(struct account *a, int64_t mailbox, int64_t user, unsigned *ret)
{
	unsigned rights[2] = { 0, 0 }; /* granted, taken */
	struct query *q;
	enum err e;

	if (user == a->id) {
		*ret = RIGHTS_ALL;
		return ERR_NONE;
	}
	q = db_query(a->db, "SELECT is_negative, rights FROM acl WHERE mailbox = $1"
			    " AND account IN (0, $2)");
	query_int(q, mailbox);
	query_int(q, user);
	while (query_row(q))
		rights[query_get_int(q, 0) != 0] |= (unsigned)query_get_int(q, 1);
	e = query_end(q);
	if (!e) *ret = rights[0] & ~rights[1];
	return e;
}

enum err acl_get(struct account *a, int64_t mailbox, const struct acl_entry *who,
		 unsigned *ret)
{
	struct query *q = db_query(a->db, "SELECT rights FROM acl WHERE mailbox = $1"
					  " AND account = $2 AND is_negative = $3");
	int64_t rights = 0;
	enum err e;

	query_int(q, mailbox);
	query_int(q, who->account);
	query_int(q, who->is_negative);
	e = query_run_int(q, &rights);
	if (e && e != ERR_NOT_FOUND) return e;
	*ret = (unsigned)rights;
	return ERR_NONE;
}

static enum err check_room(struct account *a, int64_t mailbox)
{
	struct query *q = db_query(a->db, "SELECT COUNT(*) FROM acl WHERE mailbox = $1");
	int64_t count;
	enum err e;

	query_int(q, mailbox);
	e = query_run_int(q, &count);
	return e ? e : count <= ACL_ENTRIES_MAX ? ERR_NONE : ERR_LIMIT;
}

static enum err delete_entry(struct account *a, int64_t mailbox,
			     const struct acl_entry *entry)
{
	struct query *q = db_query(a->db, "DELETE FROM acl WHERE mailbox = $1"
					  " AND account = $2 AND is_negative = $3");

	query_int(q, mailbox);
	query_int(q, entry->account);
	query_int(q, entry->is_negative);
	return query_run(q);
}

static enum err put_entry(struct account *a, int64_t mailbox,
			  const struct acl_entry *entry)
{
	struct query *q =
		db_query(a->db, "INSERT INTO acl (mailbox, account, is_negative, rights)"
				" VALUES ($1, $2, $3, $4) ON CONFLICT"
				" (mailbox, account, is_negative) DO UPDATE"
				" SET rights = excluded.rights");
	enum err e;

	query_int(q, mailbox);
	query_int(q, entry->account);
	query_int(q, entry->is_negative);
	query_int(q, entry->rights);
	e = query_run(q);
	return e ? e : check_room(a, mailbox);
}

/* The modseq is for those who have the mailbox selected: they look again. */
enum err acl_set(struct account *a, int64_t mailbox, const struct acl_entry *entry)
{
	enum err e = mailbox_alter(a, mailbox);

	if (e) return e;
	return entry->rights ? put_entry(a, mailbox, entry)
			     : delete_entry(a, mailbox, entry);
}

enum err acl_each(struct account *a, int64_t mailbox, acl_visitor *visit, void *context)
{
	struct query *q = db_query(a->db, "SELECT account, is_negative, rights FROM acl"
					  " WHERE mailbox = $1"
					  " ORDER BY account, is_negative");
	bool more = true;

	query_int(q, mailbox);
	while (more && query_row(q)) {
		const struct acl_entry entry = { query_get_int(q, 0), query_get_int(q, 1),
						 (unsigned)query_get_int(q, 2) };

		more = visit(context, &entry);
	}
	return query_end(q);
}

enum err acl_inherit(struct account *a, int64_t mailbox, slice name)
{
	struct query *q;
	slice above;

	if (!mailbox_name_parent(name, &above)) return ERR_NONE;
	q = db_query(a->db, "INSERT INTO acl (mailbox, account, is_negative, rights)"
			    " SELECT $1, account, is_negative, rights FROM acl"
			    " WHERE mailbox = (SELECT id FROM mailbox WHERE name = $2)");
	query_int(q, mailbox);
	query_text(q, above);
	return query_run(q);
}

enum err acl_remove(struct account *a, int64_t mailbox)
{
	struct query *q = db_query(a->db, "DELETE FROM acl WHERE mailbox = $1");

	query_int(q, mailbox);
	return query_run(q);
}
