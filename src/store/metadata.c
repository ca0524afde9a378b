#include "store/metadata.h"

#include <assert.h>
#include <string.h>

#include "store/account_private.h"

static int64_t reader_of(struct metadata_place place, slice entry)
{
	return slice_starts(entry, S("/private")) ? place.reader : 0;
}

/* --- reading --- */

static int32_t levels_below(slice entry, size_t above_n)
{
	int32_t levels = 0;

	for (size_t i = above_n; i < entry.n; i++)
		levels += entry.p[i] == '/';
	return levels;
}

/* '0' follows '/': all names below lie between the two. */
static struct query *query_tree(struct account *a, struct metadata_place place,
				slice entry, char bounds[2][METADATA_ENTRY_MAX + 1])
{
	struct query *q =
		db_query(a->db, "SELECT entry, value FROM metadata WHERE mailbox = $1"
				" AND reader = $2 AND value IS NOT NULL AND"
				" (entry = $3 OR (entry > $4 AND entry < $5))"
				" ORDER BY entry");

	query_int(q, place.mailbox);
	query_int(q, reader_of(place, entry));
	query_text(q, entry);
	for (int i = 0; i < 2; i++) {
		memcpy(bounds[i], entry.p, entry.n);
		bounds[i][entry.n] = (char)('/' + i);
		query_text(q, (slice){ bounds[i], entry.n + 1 });
	}
	return q;
}

enum err metadata_each(struct account *a, struct metadata_place place, slice entry,
		       int32_t depth, metadata_visitor *visit, void *context)
{
	char bounds[2][METADATA_ENTRY_MAX + 1];
	struct query *q;
	bool more = true;

	assert(entry.n <= METADATA_ENTRY_MAX);
	q = query_tree(a, place, entry, bounds);
	while (more && query_row(q)) {
		slice name = query_get_slice(q, 0);

		if (levels_below(name, entry.n) <= depth)
			more = visit(context, name, query_get_slice(q, 1));
	}
	return query_end(q);
}

/* --- changing --- */

/* ERR_LIMIT when the query counts more rows or octets. */
static enum err end_count(struct query *q, int64_t rows_max, int64_t octets_max)
{
	bool good = query_row(q) && query_get_int(q, 0) <= rows_max &&
		    query_get_int(q, 1) <= octets_max;
	enum err e = query_end(q);

	return e ? e : good ? ERR_NONE : ERR_LIMIT;
}

static enum err check_mailbox(struct account *a, struct metadata_place place,
			      int64_t reader)
{
	struct query *q = db_query(
		a->db, "SELECT COUNT(*), COALESCE(SUM(LENGTH(value)), 0) FROM metadata"
		       " WHERE mailbox = $1 AND reader = $2 AND value IS NOT NULL");

	query_int(q, place.mailbox);
	query_int(q, reader);
	return end_count(q, METADATA_ENTRIES_MAX, METADATA_MAILBOX_MAX);
}

/* After the row was put: so what replaces an entry does not count twice. */
static enum err check_limits(struct account *a, struct metadata_place place,
			     int64_t reader)
{
	enum err e = check_mailbox(a, place, reader);

	if (e) return e;
	return end_count(db_query(a->db,
				  "SELECT COUNT(*), COALESCE(SUM(LENGTH(value)), 0)"
				  " FROM metadata WHERE value IS NOT NULL"),
			 METADATA_ROWS_MAX, METADATA_OCTETS_MAX);
}

static enum err forget_old_removals(struct account *a)
{
	struct query *q =
		db_query(a->db, "DELETE FROM metadata WHERE value IS NULL AND modseq <="
				" (SELECT modseq FROM metadata WHERE value IS NULL"
				" ORDER BY modseq DESC LIMIT 1 OFFSET $1)");

	query_int(q, METADATA_REMOVED_MAX);
	return query_run(q);
}

static enum err put(struct account *a, struct metadata_place place, slice entry,
		    const slice *value, uint64_t modseq)
{
	struct query *q =
		db_query(a->db, "INSERT INTO metadata (mailbox, reader, entry, value,"
				" modseq) VALUES ($1, $2, $3, $4, $5)"
				" ON CONFLICT (mailbox, reader, entry) DO UPDATE"
				" SET value = excluded.value, modseq = excluded.modseq");

	query_int(q, place.mailbox);
	query_int(q, reader_of(place, entry));
	query_text(q, entry);
	if (value)
		query_blob(q, *value);
	else
		query_null(q);
	query_int(q, (int64_t)modseq);
	return query_run(q);
}

static enum err exists(struct account *a, struct metadata_place place, slice entry,
		       bool *ret)
{
	struct query *q =
		db_query(a->db, "SELECT 1 FROM metadata WHERE mailbox = $1 AND"
				" reader = $2 AND entry = $3 AND value IS NOT NULL");
	int64_t one;
	enum err e;

	query_int(q, place.mailbox);
	query_int(q, reader_of(place, entry));
	query_text(q, entry);
	e = query_run_int(q, &one);
	*ret = !e;
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

enum err metadata_set(struct account *a, struct metadata_place place, slice entry,
		      const slice *value)
{
	uint64_t modseq;
	bool there = true;
	enum err e = value ? ERR_NONE : exists(a, place, entry, &there);

	assert(entry.n <= METADATA_ENTRY_MAX);
	if (e || !there) return e;
	e = account_take_modseq(a, &modseq);
	if (!e) e = put(a, place, entry, value, modseq);
	if (e) return e;
	return value ? check_limits(a, place, reader_of(place, entry))
		     : forget_old_removals(a);
}

enum err metadata_touch(struct account *a, struct metadata_place place, slice entry)
{
	uint64_t modseq;
	enum err e = account_take_modseq(a, &modseq);

	if (!e) e = put(a, place, entry, NULL, modseq);
	return e ? e : forget_old_removals(a);
}

enum err metadata_copy(struct account *a, int64_t from, int64_t to)
{
	struct query *q;
	uint64_t modseq;
	enum err e = account_take_modseq(a, &modseq);

	if (e) return e;
	q = db_query(a->db, "INSERT INTO metadata (mailbox, reader, entry, value, modseq)"
			    " SELECT $1, reader, entry, value, $2 FROM metadata"
			    " WHERE mailbox = $3 AND value IS NOT NULL");
	query_int(q, to);
	query_int(q, (int64_t)modseq);
	query_int(q, from);
	return query_run(q);
}

enum err metadata_remove(struct account *a, int64_t mailbox)
{
	struct query *q = db_query(a->db, "DELETE FROM metadata WHERE mailbox = $1");

	query_int(q, mailbox);
	return query_run(q);
}

/* --- changes --- */

enum err metadata_changes(struct account *a, int64_t reader, uint64_t modseq,
			  metadata_change_visitor *visit, void *context)
{
	struct query *q =
		db_query(a->db, "SELECT COALESCE(b.name, ''), d.entry FROM metadata d"
				" LEFT JOIN mailbox b ON b.id = d.mailbox"
				" WHERE d.modseq > $1 AND d.reader IN (0, $2)"
				" ORDER BY d.mailbox, d.entry");
	bool more = true;

	query_int(q, (int64_t)modseq);
	query_int(q, reader);
	while (more && query_row(q))
		more = visit(context, query_get_slice(q, 0), query_get_slice(q, 1));
	return query_end(q);
}

enum err metadata_modseq(struct account *a, uint64_t *ret)
{
	int64_t modseq;
	enum err e = query_run_int(
		db_query(a->db, "SELECT COALESCE(MAX(modseq), 0) FROM metadata"),
		&modseq);

	if (!e) *ret = (uint64_t)modseq;
	return e;
}
