/*
 * err.h - our own failures, named by what the caller can do about them
 *
 * A peer's mistake is a reply, never an enum err; a bug is an assert. The
 * layer that knows the cause of a failure logs it once; above it only the
 * kind travels, and one table per protocol turns the kind into a reply.
 */
#pragma once

enum err {
	ERR_NONE = 0,
	ERR_LATER,     /* transient (disk full, busy, I/O): try again later */
	ERR_NOT_FOUND, /* what was named is not there */
	ERR_EXISTS,    /* what was to be made is there already */
	ERR_DENIED,    /* the actor may not */
	ERR_LIMIT,     /* a named limit or quota would be passed */
	ERR_MALFORMED, /* the data is not what it should be */
	ERR_INTERNAL,  /* logged where it arose; nobody above can mend it */
	ERR_COUNT
};

/* The kind in one word, for logs: "later", "not-found", ... */
const char *err_name(enum err e);
