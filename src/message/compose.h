/*
 * compose.h - a message out of its parts (RFC 5322, RFC 2045, RFC 2046)
 *
 * The caller builds the tree of parts, in memory of its own, with the header fields each
 * is to have; what says how a part is encoded, and a multipart's boundary, is added here.
 * Text is held in memory; other content comes from a source in pieces, is never whole in
 * memory, and is read twice where its encoding depends on it.
 *
 *   text in memory        7bit where it can be, else quoted-printable or base64,
 * whichever is shorter a source of message/  as it stands: 7bit or 8bit (RFC 2046 5.2.1)
 *   a source of text/     7bit where it can be, else base64
 *   any other source      base64
 *
 * The parts of a multipart lie in one list; a tree is at most MIME_DEPTH_MAX deep.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "message/mime.h"

enum { COMPOSE_BOUNDARY_MAX = 40 }; /* octets of the caller's half of a boundary */

/* Octets from the first on; as binary_read of jmap/binary.h. Appends about 64 KiB at most
 * at a time; false at a read error. */
struct compose_source {
	bool (*read)(void *context, struct buf *out, bool *ret_ended);
	void *context;
};

struct compose_part {
	slice type, subtype; /* a multipart's are "multipart" and a kind */
	const struct mime_parameter *parameters; /* of Content-Type; no "boundary" */
	uint32_t parameter_count;
	slice fields; /* header fields, each ended by CRLF: none of Content-Type,
			 Content-Transfer-Encoding and, in the first part, MIME-Version */
	struct compose_part *first, *next; /* of a multipart its parts */

	/* One of these, of other parts. A line end of any kind in the text becomes CRLF.
	 * again is of the same octets as source, for a second look: needed where
	 * compose_looks_at says so. */
	slice text;
	const struct compose_source *source, *again;

	enum mime_encoding encoding; /* set by compose_write */
};

/* Whether the encoding of a source of that type depends on what it has. */
bool compose_looks_at(slice type);

/* False ends it. */
typedef bool compose_sink(void *context, slice octets);

/* boundary: of visible characters that tokens have, at most COMPOSE_BOUNDARY_MAX, and
 * nothing that the contents could have been made to hold. ERR_LATER: a source or the sink
 * failed; ERR_EXISTS: a line of what must not be encoded begins like a boundary, so
 * another is needed. */
enum err compose_write(struct compose_part *root, slice boundary, compose_sink *sink,
		       void *context);
