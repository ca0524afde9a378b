/*
 * log_image.h - SQLite's write-ahead log of one database, as SQLite sees it
 *
 * A file without a name that is never synced: what a crash leaves of it is made again
 * from the journal (journal.h). There is none while the log is empty.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

struct log_image {
	const char *folder; /* where the file lies; not owned */
	int fd;             /* -1: the log is empty */
	uint64_t size;      /* octets */
	bool failed;        /* to be read, at some time */
};

void log_image_init(struct log_image *i, const char *folder);
/* Empties it, and gives the file back. */
void log_image_clear(struct log_image *i);
/* On failure errno says why. */
enum err log_image_write(struct log_image *i, uint64_t offset, slice octets);
/* False when it does not have all of the n octets. */
bool log_image_read(struct log_image *i, uint64_t offset, char *into, size_t n);
