/*
 * ledger_private.h - an open ledger, for this folder only
 */
#pragma once

#include <pthread.h>

#include "base/map.h"
#include "report/ledger.h"
#include "store/db.h"

enum { LEDGER_LOG_MAX = 2 << 20 }; /* octets of the log */

struct ledger {
	struct store *store;
	pthread_mutex_t lock; /* over what waits */
	struct map waiting;   /* of struct tally, by all that tells them apart */
	size_t octets;
	uint64_t dropped;
	pthread_mutex_t db_lock; /* over the database; never taken inside the other */
	struct db *db;
};
