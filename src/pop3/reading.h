/*
 * reading.h - the job that reads messages for RETR and TOP
 *
 * A long message comes in slices of JOB_SLICE_OCTETS; its body stays open from
 * one to the next, so that it is sent to its end whatever another session does.
 *
 * A client that has sent its next commands already gets what follows read
 * ahead: messages that fit whole into the same slice are answered later without
 * a job. They are forgotten with the last of them.
 */
#pragma once

#include "base/buf.h"
#include "base/job.h"

struct body;

enum { READ_AHEAD_MAX = 64 }; /* messages in one job */

struct reading {
	struct job job;
	/* request */
	int64_t mailbox;
	uint32_t uids[READ_AHEAD_MAX];
	uint32_t wanted; /* of them; the first is the one that is asked for */
	/* result */
	uint32_t whole;              /* messages in bytes, in the order of uids */
	size_t ends[READ_AHEAD_MAX]; /* where each ends in bytes */
	struct body *body;           /* a long message, then the only one; or NULL */
	uint64_t offset;             /* of the octets that bytes holds of it */
	struct buf bytes;
};

void reading_init(struct reading *r);
/* Forgets what was read, and frees it. */
void reading_done(struct reading *r);
/* A message that was read whole; false when it was not. */
bool reading_find(const struct reading *r, uint32_t uid, slice *ret);
bool reading_ends_with(const struct reading *r, uint32_t uid);
/* Whether octets of a long message are left behind those in bytes. */
bool reading_has_more(const struct reading *r);

/* The job's half on the worker. ERR_NOT_FOUND: the first message is gone. */
enum err reading_run(struct job *j, struct account *a);
