/*
 * db_log_file.h - SQLite's door to the journal
 *
 * A VFS whose write-ahead logs are those of database_log.h. SQLite writes each page of a
 * commit in two calls, its frame's header and the page: what follows one another is
 * gathered into one write, until the commit ends, the memory for it is full, or
 * something else is done with the log. Other files are opened by SQLite's own VFS, and
 * are none of ours.
 *
 * A log has no file of its own: a program that opens a database besides sees what was
 * written back, and must not write.
 */
#pragma once

struct journal;
struct log_vfs;

/* Makes the VFS known to SQLite, under a name of its own, and unknown again. */
struct log_vfs *log_vfs_new(struct journal *j);
void log_vfs_free(struct log_vfs *v);
const char *log_vfs_name(const struct log_vfs *v);
