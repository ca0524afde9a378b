#include <assert.h>
#include <stdlib.h>

#include "base/log.h"
#include "store/db_private.h"

enum { PARAMETERS_MAX = 24 };

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

static struct query **find_slot(struct statement_table *t, const char *sql)
{
	uint32_t at = (uint32_t)(((uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15)) >> 40);

	for (;; at++) {
		struct query **slot = t->slots + (at & (t->capacity - 1));

		if (!*slot || (*slot)->sql == sql) return slot;
	}
}

static void grow(struct statement_table *t)
{
	struct statement_table old = *t;

	t->capacity = old.capacity ? old.capacity * 2 : 64;
	t->slots = calloc(t->capacity, sizeof(*t->slots));
	assert(t->slots);
	for (uint32_t i = 0; i < old.capacity; i++)
		if (old.slots[i]) *find_slot(t, old.slots[i]->sql) = old.slots[i];
	free(old.slots);
}

void db_forget_statements(struct db *d)
{
	struct statement_table *t = &d->statements;

	for (uint32_t i = 0; i < t->capacity; i++) {
		if (!t->slots[i]) continue;
		assert(!t->slots[i]->active);
		finalise(t->slots[i]);
		t->slots[i] = NULL;
	}
	t->count = 0;
}

static struct query *find_or_prepare(struct db *d, const char *sql)
{
	struct statement_table *t = &d->statements;
	struct query **slot, *q;

	if (t->count * 2 >= t->capacity) grow(t);
	slot = find_slot(t, sql);
	if (*slot && !(*slot)->active) return *slot;
	q = prepare(d, sql);
	q->single_use = *slot || q->failed;
	if (q->single_use) return q;
	t->count++;
	return *slot = q;
}

struct query *db_query(struct db *d, const char *sql)
{
	struct query *q = find_or_prepare(d, sql);

	q->active = true;
	q->bound = 0;
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
