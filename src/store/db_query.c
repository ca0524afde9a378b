#include <assert.h>
#include <stdlib.h>

#include "base/log.h"
#include "store/db_private.h"

enum { PARAMETERS_MAX = 32 };

struct query {
	struct db *db;
	const char *sql;
	sqlite3_stmt *statement;
	enum err failed;
	bool active;
	bool single_use;               /* made while the kept one was active */
	int parameters;                /* it has */
	int bound;                     /* given so far */
	uint8_t index[PARAMETERS_MAX]; /* SQLite's number of $1, $2, ... */
};

void db_log(const struct db *d, int rc, const char *doing)
{
	const char *cause = d->handle ? sqlite3_errmsg(d->handle) : sqlite3_errstr(rc);

	log_event(LOG_ERROR, "store.database-failed", LOG_TEXT_OF("file", d->path),
		  LOG_INT("code", rc), LOG_TEXT_OF("cause", cause),
		  LOG_STR("doing", slice_head(slice_of(doing), 60)));
}

/* --- statements, prepared once --- */

/* SQLite counts parameters by first appearance, PostgreSQL by name: we go by name. */
static void number_parameters(struct query *q)
{
	int count = sqlite3_bind_parameter_count(q->statement);

	assert(count <= PARAMETERS_MAX);
	q->parameters = count;
	for (int i = 1; i <= count; i++) {
		slice name = slice_of(sqlite3_bind_parameter_name(q->statement, i));
		uint32_t n;
		bool good = take_char(&name, '$') && take_u32(&name, &n) && n >= 1 &&
			    n <= (uint32_t)count;

		assert(good);
		q->index[n - 1] = (uint8_t)i;
	}
}

static struct query *prepare(struct db *d, const char *sql)
{
	struct query *q = calloc(1, sizeof(*q));
	int rc = SQLITE_MISUSE;

	assert(q);
	q->db = d;
	q->sql = sql;
	if (d->handle)
		rc = sqlite3_prepare_v3(d->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
					&q->statement, NULL);
	if (rc == SQLITE_OK)
		number_parameters(q);
	else
		q->failed = d->handle ? db_failed(d, rc, sql) : ERR_INTERNAL;
	return q;
}

static void finalise(struct query *q)
{
	sqlite3_finalize(q->statement);
	free(q);
}

void db_forget_statements(struct db *d)
{
	const struct map_entry *entry;
	size_t cursor = 0;

	while ((entry = map_next(&d->statements, &cursor))) {
		struct query *q = entry->value;

		assert(!q->active);
		finalise(q);
	}
	map_done(&d->statements);
	map_init(&d->statements, MAP_BORROWS_KEYS);
}

/* The text's address is the key; it lies in the query. */
static slice key_of(const char *const *sql)
{
	return (slice){ (const char *)sql, sizeof(*sql) };
}

static struct query *find_or_prepare(struct db *d, const char *sql)
{
	struct query *kept = map_find(&d->statements, key_of(&sql)), *q;

	if (kept && !kept->active) return kept;
	q = prepare(d, sql);
	q->single_use = kept || q->failed;
	if (!q->single_use) map_put(&d->statements, key_of(&q->sql), q);
	return q;
}

struct query *db_query(struct db *d, const char *sql)
{
	struct query *q = find_or_prepare(d, sql);

	q->active = true;
	q->bound = 0;
	if (d->grouped && !db_in_transaction(d)) q->failed = ERR_LATER;
	return q;
}

/* --- parameters --- */

/* SQLite's number of the next parameter; 0 when the query has failed already. */
static int next_parameter(struct query *q)
{
	if (q->failed) return 0;
	assert(q->bound < PARAMETERS_MAX && q->index[q->bound]);
	return q->index[q->bound++];
}

static void check(struct query *q, int rc)
{
	if (rc != SQLITE_OK) q->failed = db_failed(q->db, rc, q->sql);
}

void query_int(struct query *q, int64_t value)
{
	int at = next_parameter(q);

	if (at) check(q, sqlite3_bind_int64(q->statement, at, value));
}

void query_text(struct query *q, slice utf8)
{
	int at = next_parameter(q);

	if (at)
		check(q, sqlite3_bind_text64(q->statement, at, utf8.p ? utf8.p : "",
					     utf8.n, SQLITE_STATIC, SQLITE_UTF8));
}

void query_blob(struct query *q, slice bytes)
{
	int at = next_parameter(q);

	if (at)
		check(q, sqlite3_bind_blob64(q->statement, at, bytes.p ? bytes.p : "",
					     bytes.n, SQLITE_STATIC));
}

void query_null(struct query *q)
{
	int at = next_parameter(q);

	if (at) check(q, sqlite3_bind_null(q->statement, at));
}

/* --- results --- */

bool query_row(struct query *q)
{
	int rc;

	if (q->failed) return false;
	assert(q->bound == q->parameters);
	rc = sqlite3_step(q->statement);
	if (rc == SQLITE_ROW) return true;
	if (rc != SQLITE_DONE) q->failed = db_failed(q->db, rc, q->sql);
	return false;
}

int64_t query_get_int(struct query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

/* A text or blob as it lies in the row; SQLite's own order is pointer, then length. */
slice query_get_slice(struct query *q, int column)
{
	const char *p = sqlite3_column_blob(q->statement, column);

	return (slice){ p ? p : "", (size_t)sqlite3_column_bytes(q->statement, column) };
}

enum err query_end(struct query *q)
{
	enum err e = q->failed;

	q->active = false;
	q->failed = ERR_NONE;
	if (q->single_use)
		finalise(q);
	else
		sqlite3_reset(q->statement);
	return e;
}

enum err query_run(struct query *q)
{
	while (query_row(q))
		;
	return query_end(q);
}

enum err query_run_int(struct query *q, int64_t *ret)
{
	bool there = query_row(q);
	enum err e;

	if (there) *ret = query_get_int(q, 0);
	e = query_end(q);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}
