/*
 * journal_segment.h - a file of the journal: its form on the disk
 *
 * A segment is named by its base, the position in the journal (octets since its
 * beginning) of its first record. It begins with a header; the records follow, each with
 * its position and a checksum, and both once more under a secret key, so that nothing a
 * mail says and nothing left of an older use of the file can pass for one. The first that
 * fails ends it.
 *
 * The header says from where on the journal counted when the segment was begun: what
 * lies in earlier ones was in the databases, durably.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/siphash.h"
#include "base/slice.h"

enum {
	SEGMENT_START = 64,   /* octets of the header */
	RECORD_START = 32,    /* octets a record begins with */
	RECORD_MAX = 1 << 18, /* octets of a record, its beginning too */
	SEGMENT_NAME_SIZE = 20,
};

struct segment {
	int fd;
	uint64_t size; /* of the file, when it was opened to be read */
	uint64_t base; /* position of the first record */
	uint64_t from;
	struct siphash_key key;
};

void segment_name(uint64_t base, char name[SEGMENT_NAME_SIZE]);
bool segment_name_read(const char *name, uint64_t *ret_base);
enum err segment_write_header(const struct segment *s);
/* ERR_NOT_FOUND: it has none, or one of another base; nothing was ever durable in it.
 * ERR_MALFORMED: it is damaged. ERR_INTERNAL: a newer program's. */
enum err segment_read_header(int fd, uint64_t base, struct segment *ret);

/* Where in the file a position is. */
uint64_t segment_offset(const struct segment *s, uint64_t position);
/* A record's octets from RECORD_START on are there: this one is the check of them ... */
uint64_t record_check(slice record);
/* ... for this one, which makes its beginning, with a check of that under the key. */
void record_seal(const struct siphash_key *key, uint64_t position, uint64_t check,
		 slice record, char *into);
/* The record at a position into RECORD_MAX octets. ERR_NOT_FOUND: they end here. */
enum err segment_read(const struct segment *s, uint64_t position, char *into,
		      size_t *ret_size);
