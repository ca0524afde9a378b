/*
 * filter_change.h - the message of a filtering: read for the filters, changed, written
 *
 * For filter.c only.
 */
#pragma once

#include "server/filter.h"

enum {
	FILTER_ARENA_MAX = 32 * 1024 * 1024, /* octets: of all filters of a message */
	FILTER_HEADER_MAX = 16 * 1024 * 1024,
	FILTER_RECIPIENTS_MAX = 10'000,
	MILTER_CHUNK = 65536,
};

/* On a worker: the header fields, without those that were cut, and where the body is.
 * ERR_MALFORMED: the section is too long; ERR_LATER: the spool cannot be read. */
enum err filter_read(struct filtering *f);
/* What the verdict changes. False: an address is none, or it is too much; then nothing
 * more is to be done with the verdict. */
bool filter_apply(struct filtering *f, const struct milter_verdict *v);
/* On a worker: *f->message becomes what all of them made of it. */
enum err filter_write(struct filtering *f);
