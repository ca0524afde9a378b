/*
 * db_private.h - what db*.c share
 */
#pragma once

#include <sqlite3.h>

#include "base/map.h"
#include "store/db.h"

enum { DB_PATH_MAX = 4096 };

struct db {
	sqlite3 *handle; /* NULL: dead, every call fails */
	char path[DB_PATH_MAX];
	bool durable, temporary;
	struct reserve *reserve;
	struct journal *journal; /* NULL: SQLite's own log */
	bool grouped;            /* between begin and commit or rollback */
	bool reading;            /* between db_begin_reading and db_end_reading */
	bool sync_known;         /* sync is what the handle is set to */
	enum db_sync sync;
	int log_pages;
	int ahead_fd; /* db_read_ahead's, or -1. To close it while the handle is open
		       * would drop the locks of that. */
	struct map statements; /* struct query by the address of their text */
};

/* Before anything else of SQLite's. */
void db_configure(void);
/* Logs the failure and gives its kind. */
enum err db_failed(const struct db *d, int rc, const char *doing);
void db_log(const struct db *d, int rc, const char *doing);
/* Finalises every prepared statement; none may be in use. */
void db_forget_statements(struct db *d);
