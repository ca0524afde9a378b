/*
 * journal_private.h - what journal*.c and database_log.c share
 *
 * Who takes both locks takes a log's before the journal's.
 */
#pragma once

#include <pthread.h>

#include "store/database_log.h"
#include "store/journal.h"
#include "store/journal_segment.h"
#include "store/log_delta.h"

enum { JOURNAL_SEGMENTS_MAX = 1024 };

struct journal {
	char *folder;  /* of the data */
	int folder_fd; /* of the segments, <data>/journal; -1: not open */
	bool durable;
	struct siphash_key key; /* of all segments that this process begins */
	struct log_vfs *vfs;
	_Atomic uint64_t generations;  /* begun */
	_Atomic uint64_t unsure_below; /* what begins before is perhaps not on the disk */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t was_synced;
	struct segment segments[JOURNAL_SEGMENTS_MAX]; /* the oldest first */
	int count;
	int spares;         /* files to begin the next segments with */
	uint64_t end;       /* position of the next record; none has 0 */
	uint64_t laid;      /* position the last segment's file goes to */
	uint64_t synced;    /* durable up to here */
	bool is_syncing;    /* a thread is, without the lock */
	uint64_t lost_from; /* what was added from here up to unsure_below is lost,
			       perhaps */
	struct database_log *logs;
	uint64_t live;           /* octets, of all logs' records that count */
	_Atomic uint64_t images; /* octets that images take on the disk */
};

/* A log in the journal. Its owner is who has the database open; `lock` keeps out who
 * writes it again meanwhile. */
struct database_log {
	struct journal *journal;
	char name[DATABASE_LOG_NAME_SIZE];
	bool is_open;
	bool is_broken;       /* it could not be made again of its records */
	pthread_mutex_t lock; /* of what follows */
	struct log_image image;
	struct log_frames *frames; /* NULL until the first write */
	char *pending;             /* deltas without a record yet; NULL: none */
	size_t pending_size;
	uint64_t image_octets; /* the most it had since it has a file */
	uint64_t generation;   /* of its records; 0: there are none */
	uint32_t number;       /* of the next one */

	/* changed under the journal's lock, too */
	uint64_t begin, end; /* positions of what counts; begin 0: nothing does */
	uint64_t live;       /* octets of it */
	struct database_log *next;
};

/* What the records say of it is as it was. */
void database_log_free(struct database_log *l);
/* Adds a record, the first RECORD_START octets of which are still to be filled in. On
 * failure errno says why, and it is as if there were none. ret_position may be NULL. */
enum err journal_add(struct database_log *l, char *record, size_t size,
		     uint64_t *ret_position);
/* It has a record that was added before a sync failed. */
bool journal_is_unsure(const struct database_log *l);
/* All of the log up to a position is durable. ERR_LATER: that is not known. */
enum err journal_sync(struct database_log *l, uint64_t position);
/* Under the lock: a sync failed. */
void journal_note_failure(struct journal *j);
/* Under the lock: whether it is far longer than what counts of it. */
bool journal_is_roomy(const struct journal *j);

/* --- journal_segments.c; under the lock, or before there are others --- */

/* A new segment at j->end; lets go of those that no log needs. */
enum err journal_begin_segment(struct journal *j);
void journal_remove_spares(struct journal *j);
/* Before a sync. What fails here only makes the next ones slower. */
void journal_lay_out(struct journal *j);
struct segment *journal_last_segment(struct journal *j); /* the last */
/* Opens those that count; the last one's header says which. */
enum err journal_open_segments(struct journal *j);
void journal_close_segments(struct journal *j);

/* --- journal_recover.c --- */

/* Makes logs again of what the open segments say, has SQLite write them back, and puts
 * j->end behind all there is. */
enum err journal_recover(struct journal *j);
