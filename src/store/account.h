/*
 * account.h - one account's database, and the transactions of its actor
 *
 * All functions that take a struct account, here and in the other headers of
 * this folder, run inside a job (base/job.h): one at a time per account. They
 * log a failure's cause and return its kind. Reads may be made outside a
 * transaction; writes only between account_begin and account_commit. A job that
 * fails may have written already, so that it is inside a savepoint of its own, or
 * the whole group is rolled back:
 *
 *   begin -> (savepoint -> job -> release | rollback_to)* -> commit -> answers
 *   begin -> job* -> commit | rollback -> answers
 *
 * When account_in_transaction turns false inside a group, the database has
 * rolled everything back (a full disk): the jobs are run again alone.
 */
#pragma once

#include "base/job.h"
#include "base/slice.h"
#include "store/store.h"

struct account;

/* Opens, or makes at the first time, the database of account id (directory.h). Applies
 * schema migrations and, after an unclean end, sweeps bodies without a row. */
enum err account_open(struct store *s, int64_t id, struct account **ret);
void account_close(struct account *a);
int64_t account_id(const struct account *a);
/* Whose directory it may be looked up in. */
struct store *account_store(const struct account *a);
/* Removes the account's folder; no handle on it may be open. */
enum err account_remove(struct store *s, int64_t id);

/* Around a job that only reads: makes it faster. */
void account_begin_reading(struct account *a);
void account_end_reading(struct account *a);

enum err account_begin(struct account *a, enum job_level strongest);
enum err account_savepoint(struct account *a);
enum err account_release(struct account *a);
void account_rollback_to(struct account *a);
bool account_in_transaction(const struct account *a);
/*
 * ERR_NONE: durable as the level asked and visible. A failed sync leaves the
 * outcome unknown: the call reopens the file and finds out which it was; after
 * ERR_INTERNAL the account is out of service until the process restarts.
 */
enum err account_commit(struct account *a);
void account_rollback(struct account *a);

/* Whether commits since the last call changed anything a watcher could see. */
bool account_take_changed(struct account *a);
/* Copies the log back when that is due. Call after the answers are out. */
void account_checkpoint(struct account *a);
