#include "store/db_log_file.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/db_private.h"
#include "store/journal_private.h"

struct log_file {
	sqlite3_file as_sqlite; /* first: SQLite knows the file by it */
	struct database_log *log;
	char *gathered; /* NULL while nothing is */
	size_t n;       /* octets gathered, which belong to the end of ... */
	uint64_t end;   /* ... what was written last */
	bool commits;   /* the last frame header's is the end of a commit */
};

static struct log_file *ours(sqlite3_file *f)
{
	return (struct log_file *)(void *)f;
}

static void forget(struct log_file *l)
{
	free(l->gathered);
	l->gathered = NULL;
	l->n = 0;
}

/* --- writing --- */

static int flush(struct log_file *l, bool commits)
{
	const struct log_write w = { l->end - l->n, { l->gathered, l->n } };
	int rc = SQLITE_OK;

	if (l->n && database_log_write(l->log, &w, commits))
		rc = errno == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
	forget(l);
	return rc;
}

static void gather(struct log_file *l, const void *p, size_t n)
{
	if (!l->gathered) l->gathered = malloc(LOG_WRITE_MAX);
	assert(l->gathered);
	memcpy(l->gathered + l->n, p, n);
	l->n += n;
}

/* The database's size in pages is there in the header of a commit's last frame only. */
static bool is_commit(const void *header)
{
	static const char none[4];

	return memcmp((const char *)header + 4, none, sizeof(none)) != 0;
}

/* No frame lies in two writes: deltas are made of whole ones. */
static size_t octets_to_come(size_t n)
{
	return n == LOG_FRAME_HEADER ? LOG_FRAME : n;
}

/* A page's write ends a commit when its header's said so. One that goes on where the last
 * ended is gathered; any other, such as a page or checksum put right, goes through. */
static int log_write(sqlite3_file *f, const void *p, int octets, sqlite3_int64 at)
{
	struct log_file *l = ours(f);
	size_t n = (size_t)octets;
	bool follows = (uint64_t)at == l->end, ends;
	int rc = SQLITE_OK;

	if (!follows || octets_to_come(n) > LOG_WRITE_MAX - l->n) rc = flush(l, false);
	if (rc != SQLITE_OK) return rc;
	if (n == LOG_FRAME_HEADER) l->commits = is_commit(p);
	ends = l->commits && (n != LOG_FRAME_HEADER || !follows);
	l->end = (uint64_t)at + n;
	gather(l, p, n);
	return !follows || ends ? flush(l, ends) : SQLITE_OK;
}

/* SQLite knows one other size, a limit we do not set. */
static int log_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	forget(ours(f));
	if (size == 0) database_log_end(ours(f)->log);
	return SQLITE_OK;
}

static int log_sync(sqlite3_file *f, int)
{
	int rc = flush(ours(f), false);

	if (rc != SQLITE_OK) return rc;
	/* Whatever the cause: the records may be durable nevertheless, so that it is not
	 * as if there were none. */
	return database_log_sync(ours(f)->log) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

/* --- reading --- */

/* SQLite wants zeros for what is not there. */
static int read_written(struct database_log *l, char *into, size_t n, uint64_t at)
{
	uint64_t size = database_log_size(l), left = at < size ? size - at : 0;
	size_t there = left < n ? (size_t)left : n;

	if (there && !database_log_read(l, at, into, there)) return SQLITE_IOERR_READ;
	if (there == n) return SQLITE_OK;
	memset(into + there, 0, n - there);
	return SQLITE_IOERR_SHORT_READ;
}

/* A transaction reads back what it wrote and has not committed: by frames, each of them
 * either gathered or written. */
static int log_read(sqlite3_file *f, void *into, int octets, sqlite3_int64 offset)
{
	struct log_file *l = ours(f);
	uint64_t at = (uint64_t)offset, begin = l->end - l->n;
	size_t n = (size_t)octets;

	if (at < begin || at + n > l->end) return read_written(l->log, into, n, at);
	memcpy(into, l->gathered + (at - begin), n);
	return SQLITE_OK;
}

static int log_size(sqlite3_file *f, sqlite3_int64 *ret)
{
	int rc = flush(ours(f), false);

	*ret = (sqlite3_int64)database_log_size(ours(f)->log);
	return rc;
}

/* --- the rest --- */

static int log_close(sqlite3_file *f)
{
	forget(ours(f)); /* of a transaction that was rolled back */
	database_log_close(ours(f)->log);
	return SQLITE_OK;
}

/* Nobody else has the log: the lock is the database's. */
static int log_lock(sqlite3_file *, int)
{
	return SQLITE_OK;
}

static int log_is_reserved(sqlite3_file *, int *ret)
{
	*ret = 0;
	return SQLITE_OK;
}

static int log_control(sqlite3_file *, int, void *)
{
	return SQLITE_NOTFOUND;
}

static int log_sector_size(sqlite3_file *)
{
	return 4096;
}

/* A write changes no octets but its own. */
static int log_characteristics(sqlite3_file *)
{
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods log_methods = {
	.iVersion = 1,
	.xClose = log_close,
	.xRead = log_read,
	.xWrite = log_write,
	.xTruncate = log_truncate,
	.xSync = log_sync,
	.xFileSize = log_size,
	.xLock = log_lock,
	.xUnlock = log_lock,
	.xCheckReservedLock = log_is_reserved,
	.xFileControl = log_control,
	.xSectorSize = log_sector_size,
	.xDeviceCharacteristics = log_characteristics,
};

/* --- the VFS --- */

struct log_vfs {
	sqlite3_vfs as_sqlite; /* with the journal as its pAppData */
	char name[32];
};

static struct journal *journal_of(sqlite3_vfs *v)
{
	return v->pAppData;
}

static sqlite3_vfs *real_vfs(void)
{
	return sqlite3_vfs_find(NULL);
}

/* The database's name below the data folder; false: the file is no log of ours. */
static bool take_name(const struct journal *j, const char *path, slice *ret)
{
	slice name = slice_of(path);

	if (!take_literal(&name, slice_of(j->folder)) || !take_char(&name, '/') ||
	    !slice_ends_nocase(name, S("-wal")))
		return false;
	*ret = slice_head(name, name.n - S("-wal").n);
	return ret->n < DATABASE_LOG_NAME_SIZE;
}

/* As it is: SQLite would go through links below the data folder, and the log has its name
 * by the way the store goes. */
static int full_path(sqlite3_vfs *, const char *path, int size, char *into)
{
	return snprintf(into, (size_t)size, "%s", path) < size ? SQLITE_OK
							       : SQLITE_CANTOPEN;
}

static int open_file(sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags,
		     int *ret_flags)
{
	struct database_log *log;
	slice name;

	if (!(flags & SQLITE_OPEN_WAL))
		return real_vfs()->xOpen(real_vfs(), path, f, flags, ret_flags);
	f->pMethods = NULL;
	if (!take_name(journal_of(v), path, &name)) return SQLITE_CANTOPEN;
	log = database_log_open(journal_of(v), name);
	if (!database_log_is_whole(log)) {
		database_log_close(log);
		return SQLITE_IOERR_READ;
	}
	*ours(f) = (struct log_file){ .log = log, .end = UINT64_MAX };
	if (ret_flags) *ret_flags = flags;
	f->pMethods = &log_methods;
	return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *v, const char *path, int sync_folder)
{
	slice name;

	if (!take_name(journal_of(v), path, &name))
		return real_vfs()->xDelete(real_vfs(), path, sync_folder);
	database_log_remove(journal_of(v), name);
	return SQLITE_OK;
}

static int access_file(sqlite3_vfs *v, const char *path, int flags, int *ret)
{
	slice name;

	if (!take_name(journal_of(v), path, &name))
		return real_vfs()->xAccess(real_vfs(), path, flags, ret);
	*ret = database_log_is_there(journal_of(v), name);
	return SQLITE_OK;
}

struct log_vfs *log_vfs_new(struct journal *j)
{
	struct log_vfs *v = calloc(1, sizeof(*v));
	int rc;

	assert(v);
	db_configure();
	snprintf(v->name, sizeof(v->name), "journal-%p", (void *)j);
	v->as_sqlite = *real_vfs(); /* whose other functions need nothing of it */
	v->as_sqlite.zName = v->name;
	v->as_sqlite.pNext = NULL;
	v->as_sqlite.pAppData = j;
	if (v->as_sqlite.szOsFile < (int)sizeof(struct log_file))
		v->as_sqlite.szOsFile = sizeof(struct log_file);
	v->as_sqlite.xFullPathname = full_path;
	v->as_sqlite.xOpen = open_file;
	v->as_sqlite.xDelete = delete_file;
	v->as_sqlite.xAccess = access_file;
	rc = sqlite3_vfs_register(&v->as_sqlite, 0);
	assert(rc == SQLITE_OK);
	return v;
}

void log_vfs_free(struct log_vfs *v)
{
	sqlite3_vfs_unregister(&v->as_sqlite);
	free(v);
}

const char *log_vfs_name(const struct log_vfs *v)
{
	return v->name;
}
