/*
 * store_private.h - the store's own state, for this folder only
 */
#pragma once

#include <pthread.h>

#include "store/db.h"
#include "store/reserve.h"
#include "store/store.h"

struct account;
struct directory_file; /* directory_private.h */

struct store {
	struct directory_file *directory;
	struct journal *journal; /* NULL when temporary */
	char *folder;  /* NULL: temporary, every database in a folder of its own */
	int folder_fd; /* -1 when temporary */
	int lock_fd;   /* likewise */
	int64_t boot;  /* changes when the last process did not end cleanly */
	bool durable, flags_per_email;
	_Atomic int64_t site_storage, site_messages; /* quota.h */
	struct reserve *reserve;                     /* of a durable store, else NULL */
	pthread_mutex_t kept_lock;
	struct account *kept; /* temporary accounts that were closed: their data is in
				 their handles only */
};

/* Where messages on their way in may lie: a folder's path. */
const char *store_spool(const struct store *s, char *buffer, size_t size);
/* Opens a folder at a path below the store's, which must have one; makes what is not
 * there, durably. */
enum err store_open_folder(const struct store *s, const char *name, int *ret_fd);
/* 63 random bits. */
int64_t random_id(void);
