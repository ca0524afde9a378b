/*
 * fetch_stream.h - the sections of one message on their way to the client
 *
 * Holds the message open from the first of them to the last, over as many
 * slices of a job as that takes: a literal that was announced always comes to
 * its end, whatever becomes of the message meanwhile (store/body.h).
 */
#pragma once

#include "imap/fetch_decoded.h"
#include "imap/fetch_items.h"

struct fetch_stream {
	struct body *body; /* NULL: no message is open */
	struct part_map map;
	struct arena arena;                  /* the map's */
	const struct fetch_section *section; /* in hand, or next; NULL: all are told */
	bool is_first;                       /* nothing of the message was told before */

	bool is_announced;  /* and `spans` from `place` on is what is left of it */
	struct spans spans; /* its text */
	uint32_t span;
	uint64_t offset; /* in the message */
	uint64_t left;   /* octets of the literal */
	bool is_broken;  /* the message could not be read to its end */

	/* Of a section that is told decoded. */
	bool is_counted; /* and `count` is what will be told */
	struct decoded decoded;
	struct decoded_count count;
	bool is_undecodable; /* of some message some part was (RFC 3516 4.3) */
};

/* Opens an email for these sections. What is told before them is for the caller, and
 * then is_first. */
enum err fetch_stream_open(struct fetch_stream *s, struct account *a, int64_t email,
			   const struct fetch_section *sections);
/* Appends what is left until out holds about that many octets or it takes too long. True
 * when all was told
 * or the stream is broken: it is then closed. */
bool fetch_stream_write(struct fetch_stream *s, struct buf *out, size_t octets);
void fetch_stream_done(struct fetch_stream *s); /* also for one that is zeroed */
