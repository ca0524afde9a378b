/*
 * db_log_file.h - the writes to SQLite's write-ahead log, gathered; its room, laid out
 *
 * SQLite writes each page of a commit in two calls, its frame's header and the
 * page. This VFS puts what follows one another into one write: at the end of a
 * commit, when the memory for it is full, and before anything else is done with
 * the file. Other files are opened by SQLite's own VFS, and are none of ours.
 *
 * What a commit promises stays as it is: its last frame is in the file when the
 * write of it returns, hence before any sync, and at any level. A write that fails
 * takes the frames gathered with it; all of them are of the one transaction that
 * SQLite then rolls back.
 *
 * A sync of a file that has grown waits for the file system's own records of it, too.
 * So a log that is synced as it grows has zeros written ahead, which SQLite's frames
 * then replace: SQLite reads a log up to the first frame whose salts and checksum are
 * not its own. A log written back is used anew from its start and keeps its size; it
 * goes when its database is closed.
 */
#pragma once

#include <sqlite3.h>

#define DB_LOG_FILE_VFS "postroom"

/* All in octets. */
enum {
	DB_LOG_LAID_FROM = 256 << 10, /* shorter ones just grow: few mails end there */
	DB_LOG_STEP_MAX = 1 << 20,    /* ahead: as much as there is, but no more */
	DB_LOG_SPARE = 64 << 20,      /* with less left on the disk, nothing is ahead */
};

/* Registers the VFS; once a process, before the first handle is opened. */
int db_log_file_register(void);
