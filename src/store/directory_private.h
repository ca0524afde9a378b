/*
 * directory_private.h - the file behind the snapshots
 */
#pragma once

#include <pthread.h>

#include "store/db.h"
#include "store/directory_snapshot.h"
#include "store/directory_state.h"

enum { STATES_MAX = 100 }; /* notes that wait to be written */

struct directory_file {
	pthread_mutex_t changing; /* held from before BEGIN until the snapshot is shown */
	struct db *db;
	int64_t change, next_id;                 /* as in the row */
	struct account_state states[STATES_MAX]; /* under changing */
	uint32_t state_count;
	_Atomic int64_t share_count; /* 0: nobody shares mailboxes (directory_share.c) */

	pthread_mutex_t showing; /* held for the time of taking current */
	struct directory *current;
};

/* Called by store_open and store_close. */
enum err directory_open(struct store *s, struct directory_file **ret);
void directory_close(struct directory_file *f); /* NULL is fine */

/* --- reading the file: directory_load.c --- */

enum err directory_load_numbers(struct db *db, int64_t *ret_change, int64_t *ret_next_id);
enum err directory_load(struct db *db, struct directory **ret);
/* The record is the caller's; ERR_NOT_FOUND. */
enum err directory_load_account(struct db *db, int64_t id, struct account_record **ret);
enum err directory_load_alias(struct db *db, slice address, struct alias_record **ret);

/* --- changing it: directory_commit.c --- */

/* directory_share.c, at the opening. */
enum err directory_count_shares(struct directory_file *f);

/* directory_state.c: under changing, or at the end. */
void directory_write_states(struct directory_file *f);

/* Which entry was changed: an account by its id, or an alias by its address. */
struct changed {
	int64_t account;
	slice alias; /* empty: it was an account */
};

/* Takes the lock and begins a transaction; on failure neither. */
enum err directory_begin(struct directory_file *f);
/* Ends both. e is how the statements went: ERR_NONE commits and shows a new snapshot. */
enum err directory_finish(struct directory_file *f, enum err e, struct changed what);
