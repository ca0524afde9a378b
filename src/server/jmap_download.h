/*
 * jmap_download.h - a download, as its two files share it
 *
 * jmap_download.c       what is asked for, opened and read
 * jmap_download_head.c  how the answer begins
 */
#pragma once

#include "http/range.h"
#include "jmap/binary.h"
#include "server/jmap_state.h"

struct download {
	struct http_session *h;
	struct buf id, name, type;
	struct http_range range;
	struct binary *binary; /* NULL until it is open */
	bool is_measured;
	uint64_t size;       /* then */
	uint64_t skip, left; /* octets: not to be sent before; to be sent after them */
	enum err outcome;    /* of opening it */
	struct job job;
	struct ticket ticket;
	struct work work; /* of reading */
	struct buf piece;
	bool has_ended, has_failed;
};

/* Looks at what the client has: true, with an answer, where that is all of it already;
 * else range is set. */
bool jmap_download_is_known(struct download *d);
/* Answers, or begins to: then it gives true, and skip and left tell which octets follow.
 * Where a part is asked for the size must be known. */
bool jmap_download_begin(struct download *d);
