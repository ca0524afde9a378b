#include "store/search_index.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "store/index_segment.h"
#include "store/search_index_private.h"
#include "store/search_schema.h"

static const struct db_schema schema = { search_steps, countof(search_steps) };

/* --- the row --- */

static enum err read_mail_mark(struct account *a, int64_t *ret)
{
	return query_run_int(db_query(a->db, "SELECT search_mark FROM account"), ret);
}

static enum err read_state(struct search_index *x)
{
	struct query *q = db_query(x->db, "SELECT mark, mark_before, done, done_before"
					  " FROM state");
	bool there = query_row(q);
	enum err e;

	if (there) {
		x->mark = query_get_int(q, 0);
		x->mark_before = query_get_int(q, 1);
		x->done = query_get_int(q, 2);
		x->done_before = query_get_int(q, 3);
	}
	e = query_end(q);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

enum err search_index_write_state(struct search_index *x)
{
	struct query *q =
		db_query(x->db, "INSERT INTO state (id, mark, mark_before, done,"
				" done_before) VALUES (1, $1, $2, $3, $4)"
				" ON CONFLICT (id) DO UPDATE SET mark = $1,"
				" mark_before = $2, done = $3,"
				" done_before = $4");

	query_int(q, x->mark);
	query_int(q, x->mark_before);
	query_int(q, x->done);
	query_int(q, x->done_before);
	return query_run(q);
}

static enum err forget_rows(struct search_index *x, const char *sql, int64_t first,
			    int64_t last)
{
	struct query *q = db_query(x->db, sql);

	query_int(q, first);
	query_int(q, last);
	return query_run(q);
}

/* The emails of a segment that begins within and ends beyond stay known by it. */
enum err search_index_forget(struct search_index *x, int64_t first, int64_t last)
{
	struct query *q = db_query(x->db, "SELECT first FROM segment"
					  " WHERE first >= $1 AND last <= $2");
	enum err e = ERR_NONE;

	query_int(q, first);
	query_int(q, last);
	while (!e && query_row(q)) {
		int64_t begin = query_get_int(q, 0);

		e = forget_rows(x, "DELETE FROM block WHERE id BETWEEN $1 AND $2",
				segment_first_block(begin), segment_last_block(begin));
	}
	if (e) {
		(void)!query_end(q);
		return e;
	}
	e = query_end(q);
	return e ? e
		 : forget_rows(x, "DELETE FROM segment WHERE first >= $1 AND last <= $2",
			       first, last);
}

/* Nothing is known but what lies up to done. */
static enum err start_at(struct search_index *x, int64_t mark, int64_t done)
{
	bool unknown;
	enum err e = db_begin(x->db, DB_SYNC_FULL);

	if (e) return e;
	x->mark = x->mark_before = mark;
	x->done = x->done_before = done;
	e = search_index_forget(x, done + 1, INT64_MAX);
	if (!e) e = search_index_write_state(x);
	if (!e) return db_commit(x->db, &unknown);
	db_rollback(x->db);
	return e;
}

/* --- opening --- */

/* Whether the index is of this mail.db, or how much of it. */
static enum err compare_marks(struct search_index *x)
{
	int64_t mark;
	enum err e = read_mail_mark(x->account, &mark), found;

	if (e) return e;
	found = read_state(x);
	if (found && found != ERR_NOT_FOUND) return found;
	if (!found && x->mark == mark) return ERR_NONE;
	if (!found && x->mark_before == mark) return start_at(x, mark, x->done_before);
	if (!found)
		log_event(LOG_WARNING, "search.index-is-of-other-mail",
			  LOG_INT("account", x->account->id));
	return start_at(x, mark, 0);
}

static void remove_files(const struct account *a)
{
	static const char *const names[] = { "search.db", "search.db-wal",
					     "search.db-journal" };

	for (size_t i = 0; i < countof(names); i++)
		unlinkat(a->files.folder, names[i], 0); /* most are not there */
}

static enum err open_database(struct search_index *x)
{
	char name[ACCOUNT_FOLDER_SIZE], file[ACCOUNT_FOLDER_SIZE + 16];
	enum err e;

	account_folder_name(x->account->id, name);
	snprintf(file, sizeof(file), "%s/search.db", name);
	e = store_open_derived(x->account->store, file, &schema, &x->db);
	if (e) x->db = NULL;
	return e ? e : compare_marks(x);
}

static enum err open_index(struct account *a)
{
	struct search_index *x = calloc(1, sizeof(*x));
	enum err e;

	assert(x);
	x->account = a;
	e = open_database(x);
	if (e)
		search_index_close(x);
	else
		a->index = x;
	return e;
}

struct search_index *search_index_of(struct account *a)
{
	enum err e;

	if (a->index || a->files.folder < 0) return a->index;
	e = open_index(a);
	if (e == ERR_INTERNAL) { /* damaged, or of another version: it costs only time */
		remove_files(a);
		e = open_index(a);
	}
	return a->index;
}

void search_index_close(struct search_index *x)
{
	if (!x) return;
	db_close(x->db);
	index_builder_free(x->builder);
	answer_cache_done(&x->answers);
	free(x);
}

enum err search_index_failed(struct account *a, enum err e)
{
	if (!e) return e;
	search_index_close(a->index);
	a->index = NULL;
	if (e == ERR_INTERNAL || e == ERR_MALFORMED) remove_files(a);
	return e;
}

/* --- marks --- */

static bool is_settled(const struct search_index *x, int64_t mail_mark)
{
	return x->mark == mail_mark;
}

enum err search_index_settle(struct account *a)
{
	struct search_index *x = search_index_of(a);
	int64_t mark;
	struct query *q;
	enum err e;

	if (!x) return ERR_NONE;
	e = read_mail_mark(a, &mark);
	if (e || is_settled(x, mark)) return e;
	q = db_query(a->db, "UPDATE account SET search_mark = $1");
	query_int(q, x->mark);
	return query_run(q);
}

enum err search_index_reset(struct account *a)
{
	int64_t mark;
	enum err e = read_mail_mark(a, &mark);

	if (e || !search_index_of(a)) return e;
	search_index_close(a->index);
	a->index = NULL;
	remove_files(a);
	return search_index_of(a) ? ERR_NONE : ERR_LATER;
}

enum err search_index_progress(struct account *a, uint64_t *ret_done, uint64_t *ret_goal)
{
	struct search_index *x = search_index_of(a);
	int64_t emails = 0, left = 0;
	struct query *q;
	enum err e =
		query_run_int(db_query(a->db, "SELECT COUNT(*) FROM email"), &emails);

	q = db_query(a->db, "SELECT COUNT(*) FROM email WHERE id > $1");
	query_int(q, !x ? 0 : x->builder && x->at > x->done ? x->at : x->done);
	if (!e)
		e = query_run_int(q, &left);
	else
		(void)!query_end(q);
	*ret_goal = (uint64_t)emails;
	*ret_done = (uint64_t)(emails - left);
	return e;
}
