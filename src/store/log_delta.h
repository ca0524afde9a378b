/*
 * log_delta.h - a write to SQLite's log, made short
 *
 * SQLite writes whole pages, of which a commit changes some hundred octets each. A delta
 * says the same write as pieces, each some octets that stand in the log already, in an
 * older frame of the page, and some that are new. What it copies from is the log as it is
 * before that write, so who makes the writes of all deltas in their order has the log
 * again, whatever was written twice or rolled back in between.
 *
 * Numbers are in the machine's order: a journal does not leave it.
 */
#pragma once

#include "store/db.h"
#include "store/log_image.h"

enum {
	LOG_HEADER = 32,       /* octets SQLite's log begins with */
	LOG_FRAME_HEADER = 24, /* octets: page number, database's size, ... */
	LOG_FRAME = LOG_FRAME_HEADER + DB_PAGE_SIZE,
	LOG_WRITE_MAX = 120 * 1024, /* octets of one write: 14 frames */
	LOG_FRAMES_KNOWN = 1024,    /* the newest, that older octets are looked for in */
	LOG_FRAME_BUCKETS = 512,

	/* At most, with a header and two pieces a frame that copy nothing. */
	LOG_DELTA_MAX = LOG_WRITE_MAX + 1024,
};

/* The newest frames' page numbers. All zeros: none are known. */
struct log_frames {
	uint64_t from, to; /* numbers of the frames that are known, from 0 up */
	uint32_t pages[LOG_FRAMES_KNOWN];
	/* Chains of those whose pages share a bucket: the number after the newest's, and
	 * from each how far it is back to the one before. 0: no more. */
	uint32_t newest[LOG_FRAME_BUCKETS];
	uint16_t before[LOG_FRAMES_KNOWN];
};

struct log_write {
	uint64_t offset;
	slice octets; /* LOG_WRITE_MAX or less */
};

/* The delta of a write that is not made yet, into LOG_DELTA_MAX octets; its size. */
size_t log_delta_make(const struct log_write *w, const struct log_frames *frames,
		      const struct log_image *image, char *into);
void log_frames_forget(struct log_frames *f); /* none are known */
/* Once a write is made. A frame that is written again is the newest from then on. */
void log_frames_note(struct log_frames *f, const struct log_write *w);
/* Takes a delta off the beginning of some and gives its write, whose octets lie in
 * `into`, of LOG_WRITE_MAX. False: it is none that log_delta_make made for such an image.
 */
bool log_delta_take(slice *deltas, const struct log_image *image, char *into,
		    struct log_write *ret);
