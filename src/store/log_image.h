/*
 * log_image.h - SQLite's write-ahead log of one database, as SQLite sees it
 *
 * A file without a name that is never synced: what a crash leaves of it is made again
 * from the journal (journal.h).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

enum { LOG_IMAGE_MAPPED = 16 << 20 }; /* octets that are looked at without a call */

struct log_image {
	const char *folder; /* where the file lies; not owned */
	int fd;             /* -1: nothing was written yet */
	const char *map; /* of its first LOG_IMAGE_MAPPED octets; NULL: there is none */
	uint64_t size;   /* octets */
};

void log_image_init(struct log_image *i, const char *folder);
void log_image_done(struct log_image *i); /* gives the file back; empty afterwards */
/* Empties it. Octets in memory are kept for what is written next: to allocate others
 * costs as much as to copy into them. */
void log_image_clear(struct log_image *i);
/* On failure errno says why. */
enum err log_image_write(struct log_image *i, uint64_t offset, slice octets);
/* False when it does not have all of the n octets. */
bool log_image_read(const struct log_image *i, uint64_t offset, char *into, size_t n);
/* The octets where they lie, until the next write; NULL: they have to be read. */
const char *log_image_at(const struct log_image *i, uint64_t offset, size_t n);
