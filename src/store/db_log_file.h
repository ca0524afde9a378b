/*
 * db_log_file.h - the writes to SQLite's write-ahead log, gathered
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
 */
#pragma once

#include <sqlite3.h>

#define DB_LOG_FILE_VFS "postroom"

/* Registers the VFS; once a process, before the first handle is opened. */
int db_log_file_register(void);
