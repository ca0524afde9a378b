/*
 * body_files.h - bodies too large for the database: files named by their hash
 *
 * An account has a folder of them, the queue another; they share a file by hard
 * links. A file is durable before a row names it, and removed after the commit that
 * took its last row; files without a row are swept after a crash. The rows are
 * the owner's: it says which files they name.
 */
#pragma once

#include "store/incoming.h"

struct body_files {
	int folder; /* -1: none, in a temporary store; owned */
	bool durable;
	/* What the transaction made or gave up: looked at once it is over. */
	char (*suspects)[MESSAGE_HASH_SIZE];
	size_t count, capacity;
};

enum { BODY_FILE_NAME_SIZE = 2 * MESSAGE_HASH_SIZE + 1 };
void body_file_name(slice hash, char ret[BODY_FILE_NAME_SIZE]);

/* The folder lies below the store's and is made if need be. */
enum err body_files_open(struct body_files *f, const struct store *s, const char *name);
void body_files_close(struct body_files *f);

/* Whether a row names the file. At any doubt it says yes, and the file stays. */
typedef bool body_is_named(void *owner, slice hash);

/* The octets of a message that is stored as a file, durable on return. */
enum err body_files_put(struct body_files *f, const struct incoming *m);
/* A row that named the file goes. */
void body_files_suspect(struct body_files *f, slice hash);
/* Once the transaction is over: removes what no row names. */
void body_files_settle(struct body_files *f, body_is_named *is_named, void *owner);
/* The same for the whole folder. */
enum err body_files_sweep(struct body_files *f, body_is_named *is_named, void *owner);
/* For reading; the caller closes it. */
enum err body_files_find(const struct body_files *f, slice hash, int *ret_fd);
