#include "store/db.h"

#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "store/db_private.h"
#include "store/files.h"
#include "store/journal.h"
#include "store/reserve.h"

/* Before the first access: then the log's index is in memory, not in a shared file. */
static const char first_pragmas[] = "PRAGMA locking_mode = EXCLUSIVE;"
				    "PRAGMA page_size = 8192;";
static const char pragmas[] = "PRAGMA journal_mode = WAL;"
			      "PRAGMA wal_autocheckpoint = 0;"
			      "PRAGMA temp_store = MEMORY;"
			      "PRAGMA secure_delete = OFF;";
/* Little is kept, but a transaction of so many pages is written but once. */
static const char lasting_pragmas[] = "PRAGMA cache_size = -256;"
				      "PRAGMA cache_spill = 512;";
/* A database without a name is SQLite's own kind of temporary: it makes its file, and
 * takes the name away, when its memory is full, and a commit writes only once a quarter
 * of that is changed pages. There is but one such with mail in it. */
static const char temporary_pragmas[] = "PRAGMA journal_mode = MEMORY;"
					"PRAGMA cache_size = -8192;";

static const char *const sync_pragmas[] = {
	[DB_SYNC_OFF] = "PRAGMA synchronous = OFF",
	[DB_SYNC_NORMAL] = "PRAGMA synchronous = NORMAL",
	[DB_SYNC_FULL] = "PRAGMA synchronous = FULL",
};

static void configure_sqlite(void)
{
	int rc = sqlite3_config(SQLITE_CONFIG_MULTITHREAD);

	if (rc == SQLITE_OK) rc = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (rc == SQLITE_OK) rc = sqlite3_initialize();
	assert(rc == SQLITE_OK); /* nothing else in the process uses SQLite */
}

void db_configure(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, configure_sqlite);
}

enum err db_failed(const struct db *d, int rc, const char *doing)
{
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
		return ERR_EXISTS;
	case SQLITE_FULL:
		reserve_give_up(d->reserve);
		[[fallthrough]];
	case SQLITE_IOERR:
	case SQLITE_NOMEM:
	case SQLITE_BUSY:
	case SQLITE_CANTOPEN:
		db_log(d, rc, doing);
		return ERR_LATER;
	default:
		db_log(d, rc, doing);
		return ERR_INTERNAL;
	}
}

enum err db_execute(struct db *d, const char *sql)
{
	int rc;

	if (!d->handle) return ERR_INTERNAL;
	rc = sqlite3_exec(d->handle, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? ERR_NONE : db_failed(d, rc, sql);
}

static int note_log_size(void *context, sqlite3 *, const char *, int pages)
{
	struct db *d = context;

	d->log_pages = pages;
	return SQLITE_OK;
}

static enum err set_sync(struct db *d, enum db_sync sync)
{
	enum err e;

	if (!d->durable) sync = DB_SYNC_OFF;
	if (d->sync_known && d->sync == sync) return ERR_NONE;
	e = db_execute(d, sync_pragmas[sync]);
	d->sync_known = !e;
	d->sync = sync;
	return e;
}

/* SQLite would let the umask decide; its log takes the file's mode. There is no handle on
 * a file that is not there yet, so the close here drops no lock. */
static void make_file(const struct db *d)
{
	int fd = open(d->path, O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0) close(fd); /* else it is there, or opening says why not */
}

static enum err sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[DB_PATH_MAX];
	enum err e;
	int fd;

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) : 1,
		 slash ? path : ".");
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return file_failed("open", folder);
	e = folder_sync(fd, folder);
	close(fd);
	return e;
}

static void close_handle(struct db *d)
{
	db_forget_statements(d);
	sqlite3_close(d->handle);
	d->handle = NULL;
	if (d->ahead_fd >= 0) close(d->ahead_fd);
	d->ahead_fd = -1;
}

static enum err write_all_back(struct db *d)
{
	int rc = sqlite3_wal_checkpoint_v2(d->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE,
					   NULL, NULL);

	d->log_pages = 0;
	return rc == SQLITE_OK ? ERR_NONE : db_failed(d, rc, "checkpoint");
}

static enum err open_by(struct db *d, const char *vfs)
{
	int rc = sqlite3_open_v2(d->path, &d->handle,
				 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
					 SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
				 vfs);
	enum err e = rc == SQLITE_OK ? ERR_NONE : db_failed(d, rc, "open");

	d->sync_known = false;
	d->log_pages = 0;
	if (!e) e = db_execute(d, first_pragmas);
	if (!e) e = set_sync(d, DB_SYNC_FULL);
	if (!e) e = db_execute(d, pragmas);
	return e;
}

/* A log of SQLite's own, which a program before the journal left, is written back. */
static enum err take_in_log(struct db *d)
{
	char log[DB_PATH_MAX + 8];
	enum err e;

	snprintf(log, sizeof(log), "%s-wal", d->path);
	if (access(log, F_OK) != 0) return ERR_NONE;
	e = open_by(d, NULL);
	if (!e) e = write_all_back(d);
	close_handle(d);
	/* It must not come back: from now on it would be older than the database. */
	return !e && d->durable ? sync_folder_of(d->path) : e;
}

static enum err open_handle(struct db *d)
{
	enum err e = ERR_NONE;

	db_configure();
	if (!d->temporary) make_file(d);
	if (d->journal) e = take_in_log(d);
	if (!e) e = open_by(d, d->journal ? journal_vfs(d->journal) : NULL);
	if (!e) e = db_execute(d, d->temporary ? temporary_pragmas : lasting_pragmas);
	/* A pragma above resets it. */
	if (d->handle) sqlite3_wal_hook(d->handle, note_log_size, d);
	return e;
}

/* What the journal has of a file without a name is for nobody. Nor must SQLite find the
 * rollback journal again that it made and removed when the file became one with a log. */
static enum err settle_name(const struct db *d)
{
	return d->journal && d->durable ? sync_folder_of(d->path) : ERR_NONE;
}

static enum err migrate_step(struct db *d, const char *step, int version)
{
	char set_version[64];
	bool unknown;
	enum err e = db_begin(d, DB_SYNC_FULL);

	if (e) return e;
	snprintf(set_version, sizeof(set_version), "PRAGMA user_version = %d", version);
	e = db_execute(d, step);
	if (!e) e = db_execute(d, set_version);
	if (!e)
		return db_commit(d,
				 &unknown); /* unknown or not, the next open finds out */
	db_rollback(d);
	return e;
}

static enum err migrate(struct db *d, const struct db_schema *schema)
{
	int64_t version;
	enum err e = query_run_int(db_query(d, "PRAGMA user_version"), &version);

	if (!e && version > schema->count) {
		log_event(LOG_ERROR, "store.schema-is-newer",
			  LOG_TEXT_OF("file", d->path), LOG_INT("version", version));
		return ERR_INTERNAL;
	}
	if (!e && version == 0) e = settle_name(d);
	for (int v = (int)version; !e && v < schema->count; v++)
		e = migrate_step(d, schema->steps[v], v + 1);
	return e;
}

static struct db *new_db(const struct db_options *o)
{
	struct db *d = calloc(1, sizeof(*d));

	assert(d && (!o->path || strlen(o->path) < sizeof(d->path)));
	map_init(&d->statements, MAP_BORROWS_KEYS);
	if (o->path) snprintf(d->path, sizeof(d->path), "%s", o->path);
	d->durable = o->durable;
	d->temporary = !o->path;
	d->reserve = o->reserve;
	d->journal = o->journal;
	d->ahead_fd = -1;
	return d;
}

enum err db_open(const struct db_options *options, struct db **ret)
{
	struct db *d = new_db(options);
	enum err e = open_handle(d);

	if (!e) e = migrate(d, options->schema);
	if (e)
		db_close(d);
	else
		*ret = d;
	return e;
}

void db_close(struct db *d)
{
	if (!d) return;
	close_handle(d);
	map_done(&d->statements);
	free(d);
}

enum err db_write_log_back(const char *path, struct journal *j)
{
	struct db *d = new_db(
		&(struct db_options){ .path = path, .durable = true, .journal = j });
	enum err e = open_handle(d);

	if (!e) e = write_all_back(d);
	db_close(d);
	return e;
}

enum err db_reopen(struct db *d)
{
	enum err e = ERR_INTERNAL;

	if (!d->handle || d->temporary) {
		close_handle(d);
		return e;
	}
	/* The log stays as it is, so that the unsure commit is found if it can be. */
	sqlite3_db_config(d->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	close_handle(d);
	e = open_handle(d);
	if (!e) e = write_all_back(d);
	if (e) close_handle(d);
	return e;
}

/* --- transactions --- */

enum err db_begin(struct db *d, enum db_sync sync)
{
	enum err e = set_sync(d, sync);

	if (!e) e = query_run(db_query(d, "BEGIN IMMEDIATE"));
	d->grouped = !e;
	return e;
}

enum err db_commit(struct db *d, bool *ret_unknown)
{
	bool lost = !db_in_transaction(d);
	enum err e = query_run(db_query(d, "COMMIT"));
	int rc = d->handle ? sqlite3_errcode(d->handle) & 0xff : SQLITE_ERROR;

	*ret_unknown =
		e && !lost && !d->temporary && rc != SQLITE_FULL && rc != SQLITE_BUSY;
	if (e) db_rollback(d);
	d->grouped = false;
	return e;
}

void db_rollback(struct db *d)
{
	d->grouped = false;
	/* SQLite rolls back even where it reports a failure of that. */
	if (db_in_transaction(d) && query_run(db_query(d, "ROLLBACK")))
		assert(!db_in_transaction(d));
}

void db_begin_reading(struct db *d)
{
	d->reading = query_run(db_query(d, "BEGIN")) == ERR_NONE;
}

void db_end_reading(struct db *d)
{
	if (d->reading && db_in_transaction(d) && query_run(db_query(d, "COMMIT")))
		db_rollback(d);
	d->reading = false;
}

bool db_in_transaction(const struct db *d)
{
	return d->handle && !sqlite3_get_autocommit(d->handle);
}

enum err db_savepoint(struct db *d)
{
	return query_run(db_query(d, "SAVEPOINT job"));
}

enum err db_release(struct db *d)
{
	return query_run(db_query(d, "RELEASE job"));
}

void db_rollback_to(struct db *d)
{
	if (!db_in_transaction(d)) return; /* a full disk has undone all already */
	if (query_run(db_query(d, "ROLLBACK TO job")) || db_release(d)) db_rollback(d);
}

uint64_t db_log_size(const struct db *d)
{
	return (uint64_t)d->log_pages * DB_PAGE_SIZE;
}

enum err db_checkpoint(struct db *d)
{
	int all, done, rc;
	enum err e;

	if (!d->handle) return ERR_INTERNAL;
	rc = sqlite3_wal_checkpoint_v2(d->handle, NULL,
				       d->journal ? SQLITE_CHECKPOINT_TRUNCATE
						  : SQLITE_CHECKPOINT_PASSIVE,
				       &all, &done);
	if (rc == SQLITE_OK) {
		d->log_pages = all - done;
		return ERR_NONE;
	}
	e = db_failed(d, rc, "checkpoint");
	return rc == SQLITE_FULL ? ERR_NONE : e; /* all of it is in the log still */
}

int64_t db_changes(const struct db *d)
{
	return d->handle ? sqlite3_changes64(d->handle) : 0;
}
