/*
 * db.h - the only door to SQLite
 *
 * One handle per file, ever (it locks the file for itself); used by one thread
 * at a time. Statements are prepared once per handle and found again by the
 * address of their text, so SQL must be a literal or live as long as the
 * handle. SQL keeps to what SQLite and PostgreSQL share, with parameters
 * $1, $2, ...
 *
 *   struct query *q = db_query(d, "SELECT a FROM t WHERE b = $1");
 *
 *   query_int(q, 7);
 *   while (query_row(q))
 *           use(query_get_int(q, 0));
 *   return query_end(q);
 *
 * A failure is logged with its cause where it arises and sticks to its query:
 * further calls do nothing, query_end returns it. ERR_LATER for a full disk,
 * I/O and memory; ERR_EXISTS for a violated uniqueness (not logged);
 * ERR_INTERNAL for the rest.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

struct db;
struct query;
struct reserve; /* reserve.h */
struct journal; /* journal.h */

enum { DB_PAGE_SIZE = 8192 }; /* octets */

/* How far a commit goes; higher is stronger. */
enum db_sync {
	DB_SYNC_OFF,    /* survives the process only */
	DB_SYNC_NORMAL, /* atomic; the last commits may be lost in a power cut */
	DB_SYNC_FULL,   /* on disk when commit returns */
};

/* Numbered migrations, applied in order, each once: step i brings version i + 1. */
struct db_schema {
	const char *const *steps;
	int count;
};

struct db_options {
	const char *path; /* NULL: temporary, its file has no name; cannot be reopened */
	const struct db_schema *schema;
	bool durable;            /* false: every commit is DB_SYNC_OFF */
	struct reserve *reserve; /* given up when space fails; may be NULL */
	struct journal *journal; /* NULL: a log of its own */
};

[[nodiscard]] enum err db_open(const struct db_options *options, struct db **ret);
void db_close(struct db *d); /* NULL is fine; writes the log back and removes it */
/* What the journal has kept of the log of a database that is closed. */
[[nodiscard]] enum err db_write_log_back(const char *path, struct journal *j);
/*
 * After a failed sync: closes, opens and writes the whole log back, synced, so that
 * what can be read is on disk. On failure the handle is dead: all calls on it fail.
 */
[[nodiscard]] enum err db_reopen(struct db *d);

/*
 * A full disk or an I/O error may make SQLite roll a transaction back by itself. From
 * then on every query of the group fails with ERR_LATER, until db_rollback.
 */
[[nodiscard]] enum err db_begin(struct db *d, enum db_sync sync);
/* *ret_unknown: on failure, whether the group may be there nevertheless. */
[[nodiscard]] enum err db_commit(struct db *d, bool *ret_unknown);
void db_rollback(struct db *d);
/* Several reads in a row see one state, and SQLite looks at the file but once for them.
 * A failure of these is one of speed only. */
void db_begin_reading(struct db *d);
void db_end_reading(struct db *d);
bool db_in_transaction(const struct db *d);
[[nodiscard]] enum err db_savepoint(struct db *d);
[[nodiscard]] enum err db_release(struct db *d);
void db_rollback_to(struct db *d); /* undoes up to the savepoint and ends it */

/* Octets in the log that were not written back yet. */
uint64_t db_log_size(const struct db *d);
/* Writes the log back; on a full disk that may be not at all, and nothing is lost. */
[[nodiscard]] enum err db_checkpoint(struct db *d);

/* Soon the rows of the table with keys from first to last are read: asks the kernel for
 * them, unless the first is in memory already. A hint, it cannot fail. */
void db_read_ahead(struct db *d, const char *table, int64_t first, int64_t last);

/* Runs statements without parameters or results. */
[[nodiscard]] enum err db_execute(struct db *d, const char *sql);

/* Never NULL. Ended by query_end or query_run, in any case. */
struct query *db_query(struct db *d, const char *sql);
/* The next parameter. Octets must stay until the query is ended. */
void query_int(struct query *q, int64_t value);
void query_text(struct query *q, slice utf8);
void query_blob(struct query *q, slice bytes);
void query_null(struct query *q);
/* Steps to the next row; false at the end and at a failure. */
bool query_row(struct query *q);
/* Columns from 0; slices are valid until the next step. */
int64_t query_get_int(struct query *q, int column);
slice query_get_slice(struct query *q, int column);
[[nodiscard]] enum err query_end(struct query *q);
/* Steps to the end, then ends: for statements without results. */
[[nodiscard]] enum err query_run(struct query *q);
/* The first column of the first row; ERR_NOT_FOUND without a row. Ends the query. */
[[nodiscard]] enum err query_run_int(struct query *q, int64_t *ret);
/* Rows changed by the statement that was run last on this handle. */
int64_t db_changes(const struct db *d);
