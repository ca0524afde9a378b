/*
 * octets.h - octets to be read at any place: a stretch of a stored body, or in memory
 */
#pragma once

#include "message/mime.h"
#include "store/body.h"

struct octets {
	struct body *body; /* owned; NULL: they are in memory */
	struct buf memory;
	uint64_t start, size; /* the stretch */
};

void octets_done(struct octets *o);
/* Octets [at, at + n) of the stretch, which has them; false at a read error, or when out
 * is full. */
bool octets_read(const struct octets *o, uint64_t at, char *into, size_t n);
bool octets_append(const struct octets *o, uint64_t at, uint64_t n, struct buf *out);
/* Parsed as a message; the result lives in the arena. NULL at a read error, or when the
 * arena is full. */
const struct mime *octets_parse(const struct octets *o, struct arena *arena);

enum { OCTETS_PIECE = 32 * 1024 };

/* A part's content [start, end) as it lies there. */
struct encoded_part {
	uint64_t start, end;
	enum mime_encoding encoding;
};

/* Undoes the transfer encoding, piece by piece. */
struct octets_decoder {
	const struct octets *from;
	uint64_t at, end;
	struct content_decoder *content; /* NULL: nothing is to be undone */
};

/* charset: NULL for octets; else what it names becomes UTF-8 (message/content.h). */
void octets_decoder_init(struct octets_decoder *d, const struct octets *from,
			 const struct encoded_part *part, const slice *charset);
void octets_decoder_done(struct octets_decoder *d);
/* Appends what the next OCTETS_PIECE gives; nothing when all was given. False at a read
 * error, or when out is full. */
bool octets_decoder_next(struct octets_decoder *d, struct buf *out);
bool octets_decoder_ended(const struct octets_decoder *d);

/* Whether the encoding leaves octets as they are; an unknown one does, too. */
bool is_identity(enum mime_encoding encoding);
/* Octets of the content without its encoding; false at a read error. */
bool octets_decoded_size(const struct octets *o, const struct encoded_part *part,
			 uint64_t *ret);
