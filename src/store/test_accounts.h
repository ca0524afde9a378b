/*
 * test_accounts.h - accounts on a temporary store, jobs run on the spot
 *
 * For the tests and fuzz targets of protocols. What must succeed aborts.
 */
#pragma once

#include "base/slice.h"
#include "store/account.h"

enum { TEST_ACCOUNTS_MAX = 4 }; /* ids from 1 on */

struct test_accounts {
	struct store *store;
	struct account *list[TEST_ACCOUNTS_MAX]; /* opened when first needed */
};

void test_accounts_init(struct test_accounts *t);
void test_accounts_done(struct test_accounts *t);
struct account *test_account(struct test_accounts *t, int64_t id);
/* As an actor does: with a transaction and a savepoint where the job writes, which is
 * undone unless the outcome is ERR_NONE; then done. failure: the outcome to bring about
 * after run has succeeded, or ERR_NONE. Returns the outcome. */
enum err test_run_job(struct test_accounts *t, struct job *j, enum err failure);
/* A message arrives in INBOX. */
void test_deliver(struct test_accounts *t, int64_t account, slice message,
		  int64_t received);
