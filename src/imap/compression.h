/*
 * compression.h - the deflated stream of a session (RFC 4978, RFC 1951)
 *
 * Once COMPRESS has been answered the engine's octets pass through here. What
 * the driver fetches of the output ends on a flush, so the client can read all
 * of it. What the client sends is inflated a step at a time and only while the
 * engine wants input: a small stream that unfolds into a large one costs time
 * as what it means would, and no memory.
 *
 * An idle session keeps what the client may refer back to, 32 KiB and the
 * inflater; the deflater is given up in IDLE and begun anew, which the client
 * does not notice.
 */
#pragma once

#include "base/buf.h"

struct imap;
struct compression;

/* From the present end of the session's output on. */
struct compression *compression_new(struct imap *s);
void compression_free(struct compression *z); /* NULL is fine */
/* Octets that wait to be sent. */
size_t compression_waiting(const struct compression *z);

/* As engine_ops' feed and output, while s->compression is there. */
size_t compression_feed(struct imap *s, slice bytes);
struct buf *compression_output(struct imap *s);

/*
 * What has been answered so far is the last to be compressed, and what has been read the
 * last that was (RFC 8437 4.1). The client's flush is still to be read; then
 * s->compression is gone.
 */
void compression_end(struct imap *s);
