/*
 * disk.h - a disk that fails on demand, by standing before libc's calls
 *
 * disk.c defines write, pwrite, fsync, rename, link, unlink, ftruncate and
 * their like, so that every such call of the program and of SQLite on a file
 * passes here. It counts them, and at the call that was chosen does the fault.
 *
 * For a power cut it knows what was synced: the content of each file at its
 * last fsync and the names in each folder at that folder's. What the disk
 * holds after the cut is built in another folder.
 */
#pragma once

#include <stdbool.h>

enum disk_fault {
	DISK_GOOD,
	DISK_KILL,      /* the process dies; what was written stays */
	DISK_CUT,       /* power fails; nothing but what was synced stays */
	DISK_CUT_MIXED, /* of what was not synced, any sectors and names stay */
	DISK_EIO_ONCE,
	DISK_EIO_EVER,
	DISK_FULL_ONCE,
	DISK_FULL_EVER,
	DISK_FAULTS
};

struct disk_plan {
	enum disk_fault fault;
	int at;             /* the call at which, from 1 */
	unsigned seed;      /* of DISK_CUT_MIXED */
	const char *folder; /* watched; what is there counts as synced */
	const char *after;  /* where a cut leaves what the disk holds */
	int *calls;         /* counted here; may be shared with a parent */
};

static inline bool disk_fault_is_cut(enum disk_fault f)
{
	return f == DISK_CUT || f == DISK_CUT_MIXED;
}

static inline bool disk_fault_kills(enum disk_fault f)
{
	return f == DISK_KILL || disk_fault_is_cut(f);
}

void disk_start(const struct disk_plan *plan);
