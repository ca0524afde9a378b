#include "store/db_log_file.h"

#include <assert.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

enum {
	GATHERED_MAX = 120 * 1024, /* octets, of the 14 pages that a small mail changes */
	FRAME_HEADER = 24,         /* octets: page number, database's size, ... */
	ZEROS = 64 * 1024,         /* octets written at once when a log is laid out */
};

static char zeros[ZEROS];

struct log_file {
	sqlite3_file as_sqlite;      /* first: SQLite knows the file by it */
	char *gathered;              /* NULL while nothing is */
	int n;                       /* octets gathered, which belong to the end of ... */
	sqlite3_int64 end;           /* ... what was written last */
	sqlite3_int64 laid;          /* the file goes at least so far */
	const char *name;            /* SQLite's, as long as the file is open */
	bool commits;                /* the last frame header's is the end of a commit */
	alignas(void *) char real[]; /* SQLite aligns no more than to a pointer */
};

static struct log_file *ours(sqlite3_file *f)
{
	return (struct log_file *)(void *)f;
}

static sqlite3_file *real_file(sqlite3_file *f)
{
	return (sqlite3_file *)(void *)ours(f)->real;
}

static void forget(struct log_file *l)
{
	free(l->gathered);
	l->gathered = NULL;
	l->n = 0;
}

static int flush(sqlite3_file *f)
{
	struct log_file *l = ours(f);
	sqlite3_file *real = real_file(f);
	int rc = SQLITE_OK;

	if (l->n) rc = real->pMethods->xWrite(real, l->gathered, l->n, l->end - l->n);
	forget(l);
	return rc;
}

static void gather(struct log_file *l, const void *p, int n)
{
	if (!l->gathered) l->gathered = malloc(GATHERED_MAX);
	assert(l->gathered);
	memcpy(l->gathered + l->n, p, (size_t)n);
	l->n += n;
}

/* The database's size in pages is there in the header of a commit's last frame only. */
static bool is_commit(const void *header)
{
	static const char none[4];

	return memcmp((const char *)header + 4, none, sizeof(none)) != 0;
}

/* A page's write ends a commit when its header's said so. One that goes on where the
 * last ended is gathered; any other, such as a page or checksum put right, goes through.
 */
static int log_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 offset)
{
	struct log_file *l = ours(f);
	bool follows = offset == l->end && n <= GATHERED_MAX;
	int rc = SQLITE_OK;

	if (!follows || n > GATHERED_MAX - l->n) rc = flush(f);
	if (rc != SQLITE_OK) return rc;
	if (n == FRAME_HEADER) l->commits = is_commit(p);
	l->end = offset + n;
	if (!follows) return real_file(f)->pMethods->xWrite(real_file(f), p, n, offset);
	gather(l, p, n);
	return l->commits && n != FRAME_HEADER ? flush(f) : SQLITE_OK;
}

/* A transaction reads back what it wrote and has not committed: by frames, each of them
 * either gathered or in the file. */
static int log_read(sqlite3_file *f, void *into, int n, sqlite3_int64 offset)
{
	struct log_file *l = ours(f);
	sqlite3_int64 at = offset - (l->end - l->n);

	if (at < 0 || at + n > l->n)
		return real_file(f)->pMethods->xRead(real_file(f), into, n, offset);
	memcpy(into, l->gathered + at, (size_t)n);
	return SQLITE_OK;
}

static int log_close(sqlite3_file *f)
{
	forget(ours(f)); /* of a transaction that was rolled back */
	return real_file(f)->pMethods->xClose(real_file(f));
}

static int log_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int rc = flush(f);

	ours(f)->laid = 0;
	return rc ? rc : real_file(f)->pMethods->xTruncate(real_file(f), size);
}

static bool disk_is_roomy(const struct log_file *l)
{
	struct statvfs disk;

	return statvfs(l->name, &disk) == 0 &&
	       disk.f_bavail >= DB_LOG_SPARE / disk.f_frsize;
}

/* How far ahead of its end a log that has grown is laid out. */
static sqlite3_int64 room_ahead(const struct log_file *l)
{
	if (l->end < DB_LOG_LAID_FROM || !disk_is_roomy(l)) return 0;
	return l->end < DB_LOG_STEP_MAX ? l->end : DB_LOG_STEP_MAX;
}

/* Before a sync. What fails here only makes the next ones slower. */
static void lay_out(sqlite3_file *f)
{
	struct log_file *l = ours(f);
	sqlite3_file *real = real_file(f);
	int rc = SQLITE_OK;

	if (l->end <= l->laid) return;
	rc = real->pMethods->xFileSize(real, &l->laid);
	if (rc != SQLITE_OK || l->laid != l->end) return;
	for (sqlite3_int64 left = room_ahead(l); rc == SQLITE_OK && left > 0;) {
		int n = left < ZEROS ? (int)left : ZEROS;

		rc = real->pMethods->xWrite(real, zeros, n, l->laid);
		if (rc == SQLITE_OK) l->laid += n;
		left -= n;
	}
}

static int log_sync(sqlite3_file *f, int flags)
{
	int rc = flush(f);

	if (rc == SQLITE_OK) lay_out(f);
	return rc ? rc : real_file(f)->pMethods->xSync(real_file(f), flags);
}

static int log_size(sqlite3_file *f, sqlite3_int64 *ret)
{
	int rc = flush(f);

	return rc ? rc : real_file(f)->pMethods->xFileSize(real_file(f), ret);
}

/* Nobody else has the file: the lock is the database's. */
static int log_lock(sqlite3_file *, int)
{
	return SQLITE_OK;
}

static int log_is_reserved(sqlite3_file *, int *ret)
{
	*ret = 0;
	return SQLITE_OK;
}

static int log_control(sqlite3_file *f, int what, void *argument)
{
	return real_file(f)->pMethods->xFileControl(real_file(f), what, argument);
}

static int log_sector_size(sqlite3_file *f)
{
	return real_file(f)->pMethods->xSectorSize(real_file(f));
}

static int log_characteristics(sqlite3_file *f)
{
	return real_file(f)->pMethods->xDeviceCharacteristics(real_file(f));
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

static int open_file(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags,
		     int *ret_flags)
{
	sqlite3_vfs *real = v->pAppData;
	int rc;

	if (!(flags & SQLITE_OPEN_WAL))
		return real->xOpen(real, name, f, flags, ret_flags);
	*ours(f) = (struct log_file){ .end = -1, .name = name };
	rc = real->xOpen(real, name, real_file(f), flags, ret_flags);
	if (rc == SQLITE_OK) f->pMethods = &log_methods;
	return rc;
}

int db_log_file_register(void)
{
	static sqlite3_vfs vfs;
	sqlite3_vfs *real = sqlite3_vfs_find(NULL);

	if (!real) return SQLITE_ERROR;
	vfs = *real; /* whose other functions need nothing of it */
	vfs.zName = DB_LOG_FILE_VFS;
	vfs.pNext = NULL;
	vfs.pAppData = real;
	vfs.szOsFile += (int)sizeof(struct log_file);
	vfs.xOpen = open_file;
	return sqlite3_vfs_register(&vfs, 0);
}
