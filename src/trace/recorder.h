/*
 * recorder.h - what happened to messages, kept for a while: trace.db
 *
 * Records gather in memory and are written in groups, packed, off the way of the mail;
 * a crash loses those of the last moments, and nothing ever waits for them. What comes
 * faster than it can be written is dropped and counted, as it is on a full disk.
 *
 * The database is a row of segments in the order of time, each with the hashes of its
 * keys. So writing touches the end of the file only, whatever the ids are, and forgetting
 * its beginning; a search looks through all hashes, which are small.
 *
 * Safe from any thread. recorder_write and recorder_find touch the disk: on a worker.
 */
#pragma once

#include "store/store.h"
#include "trace/record.h"

enum {
	RECORDER_WAITING_MAX = 4 * 1024 * 1024, /* octets in memory */
	RECORDER_MANY = 512 * 1024,             /* to be written without delay */
};

struct recorder;

enum err recorder_open(struct store *s, struct recorder **ret);
void recorder_close(struct recorder *r); /* before the store; NULL is fine */

/* Never blocks for long. True: somebody is to write soon, for it is the first. */
bool recorder_add(struct recorder *r, int64_t at_ms, const struct record_keys *keys,
		  slice json);
size_t recorder_waiting(struct recorder *r); /* octets */

/* Writes what waits, and forgets some of what ended before forget_ms. Records are lost,
 * with a line in the log, when that fails. */
enum err recorder_write(struct recorder *r, int64_t forget_ms);

typedef bool recorder_see(void *context, const struct record *found);

/* Those with one of the keys, from since_ms on, in the order they were written; those
 * that still wait are written first. A visitor returns false to stop. */
enum err recorder_find(struct recorder *r, const struct record_keys *keys,
		       int64_t since_ms, recorder_see *see, void *context);
