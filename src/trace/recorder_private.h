/*
 * recorder_private.h - an open recorder, for this folder only
 */
#pragma once

#include <pthread.h>

#include "store/db.h"
#include "trace/recorder.h"

enum { SEGMENT_MAX = RECORDER_WAITING_MAX }; /* octets unpacked */

struct recorder {
	struct store *store;
	pthread_mutex_t lock; /* over what waits */
	struct buf records, hashes;
	int64_t last_ms;
	uint64_t dropped;
	pthread_mutex_t db_lock; /* over the database; never taken inside the other */
	struct db *db;
};
