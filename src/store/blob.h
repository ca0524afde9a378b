/*
 * blob.h - the octets of messages as they were sent, each once per account
 *
 * Up to BLOB_INLINE_MAX octets they lie in their row; larger ones in a file of
 * the account's folder (body_files.h).
 */
#pragma once

#include "store/account.h"
#include "store/incoming.h"

enum { BLOB_INLINE_MAX = 128 * 1024 };

/* As stored in blob.encoding: never renumber. */
enum blob_encoding { BLOB_RAW = 0, BLOB_ZSTD = 1, BLOB_FILE = 2 };

/* Finds or stores the octets of a message for one more email. */
enum err blob_put(struct account *a, const struct incoming *m, int64_t *ret_id);
/* One email less has it; with the last one it goes. */
enum err blob_release(struct account *a, int64_t id);

/* Once the transaction is over: removes files that no row names. */
void blob_settle(struct account *a);
/* The same for the whole folder. */
enum err blob_sweep(struct account *a);
