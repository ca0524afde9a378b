/*
 * database_log.h - one database's log, in the journal
 *
 * What SQLite writes to its log goes to the log's image and, made short, into a record of
 * the journal. Records of a log are of a generation, from the log's beginning to its end,
 * and numbered. A log that is closed before its end is kept, and found by its name again.
 *
 * On failure errno says why; the image has perhaps what no record says, which SQLite
 * rolls back and writes over.
 */
#pragma once

#include <stdbool.h>

#include "store/log_delta.h"

struct database_log;
struct journal;

enum { DATABASE_LOG_NAME_SIZE = 64 }; /* with the NUL */

/* name: the database's path below the data folder. */
struct database_log *database_log_open(struct journal *j, slice name);
void database_log_close(struct database_log *l);
/* False: the journal could not be read, so what the log has is not to be used. */
bool database_log_is_whole(const struct database_log *l);
/* Whether a log of that name is kept, or open. */
bool database_log_is_there(struct journal *j, slice name);
/* All of it is in the database, which is synced: the log is empty. */
void database_log_end(struct database_log *l);
/* The same, and gone; none of that name may be open. */
void database_log_remove(struct journal *j, slice name);

/* commits: with this write a commit is whole, so its record must be in the file. */
enum err database_log_write(struct database_log *l, const struct log_write *w,
			    bool commits);
/* All that was written is durable. */
enum err database_log_sync(struct database_log *l);
/* Octets as SQLite wrote them. */
uint64_t database_log_size(const struct database_log *l);
/* False: the log has not so many, or they cannot be read. */
bool database_log_read(struct database_log *l, uint64_t offset, char *into, size_t n);

/* Records of one log begin so, behind RECORD_START octets; the name and deltas follow. */
struct record_entry {
	uint64_t generation;
	uint32_t number; /* in the generation, from 0 */
	uint16_t name_size;
	uint16_t is_partial; /* the generation counts only once one comes that is not */
};
