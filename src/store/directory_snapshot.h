/*
 * directory_snapshot.h - what a snapshot of the directory is made of
 *
 * Four trees that share with those of other snapshots. A snapshot may be
 * changed until it is shown to others, never after.
 */
#pragma once

#include "store/directory.h"
#include "store/shared_tree.h"

enum { ACCOUNT_KEY_SIZE = 8 };

struct account_record {
	struct record head;
	struct account_view view; /* everything it points to is behind it */
	char id_key[ACCOUNT_KEY_SIZE];
	uint32_t secrets; /* credentials with a sealed secret */
	struct stored_credential credentials[];
};

struct alias_record {
	struct record head;
	struct alias_view view;
	slice targets[];
};

struct directory {
	atomic_uint owners;
	struct shared_tree *accounts, *accounts_by_id; /* of account records */
	struct shared_tree *aliases;                   /* of alias records */
	struct shared_tree *domains; /* of those that addresses are in */
	uint64_t secrets;
};

/* Big-endian, so that the order of octets is that of numbers. */
void account_key_write(int64_t id, char ret[ACCOUNT_KEY_SIZE]);
/* Copies of what is given. */
struct account_record *account_record_new(const struct account_view *view);
struct alias_record *alias_record_new(const struct alias_view *view);

/* Of records in any order, which stay the caller's. */
struct directory *snapshot_new(struct record *const *accounts, uint32_t account_count,
			       struct record *const *aliases, uint32_t alias_count);
/* The same again, to be changed. */
struct directory *snapshot_copy(const struct directory *d);

/* Instead of the account with its id, or of the alias with its address. */
void snapshot_put_account(struct directory *d, struct account_record *r);
void snapshot_remove_account(struct directory *d, const struct account_record *r);
void snapshot_put_alias(struct directory *d, struct alias_record *r);
void snapshot_remove_alias(struct directory *d, const struct alias_record *r);

/* By an address in the directory's form; NULL: none. */
struct account_record *snapshot_account(const struct directory *d, slice address);
struct alias_record *snapshot_alias(const struct directory *d, slice address);
