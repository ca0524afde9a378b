/*
 * store.h - a data folder: the accounts' mail, the directory, the spool
 *
 * Layout below the folder (docs/store.md says more):
 *   lock                           held while a process has the store open
 *   directory.db                   accounts, credentials, aliases (directory.h)
 *   accounts/xx/<16 hex>/mail.db   everything of one account (account.h)
 *   accounts/xx/<16 hex>/<hash>    bodies too large for the database
 *   spool/                         messages on their way in (incoming.h)
 *   reserve                        room for deleting on a full disk (reserve.h)
 *
 * The store knows no threads: calls on one account come from one thread at a
 * time, calls on the store itself are safe from any. File names come from our
 * own hex ids only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct store;
struct db;        /* db.h */
struct db_schema; /* db.h */

struct store_options {
	const char *folder;   /* NULL: a temporary one, unlinked at once (the sandbox) */
	bool durable;         /* false: nothing is synced */
	bool flags_per_email; /* a flag set in one mailbox, but for \Deleted, is set in
				 all that hold the email */
};

/* ERR_EXISTS when another process holds the lock; the cause is logged. */
enum err store_open(const struct store_options *options, struct store **ret);
void store_close(struct store *s); /* after all accounts were closed */

/* For what keeps a database of its own beside the accounts': opens it at a path below the
 * store's folder, or a temporary one. */
enum err store_open_database(const struct store *s, const char *name,
			     const struct db_schema *schema, struct db **ret);
/* The same for what can be made again from the rest, and may be deleted: its log is a
 * file of its own, and holds up nobody's sync. */
enum err store_open_derived(const struct store *s, const char *name,
			    const struct db_schema *schema, struct db **ret);
/* False on a full disk (reserve.h): whatever is to be added is for later. */
bool store_takes_mail(const struct store *s);
/* Changes when the last process that had the store did not end cleanly. */
int64_t store_boot(const struct store *s);
