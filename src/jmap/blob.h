/*
 * blob.h - inside of binary.h: what a blobId names, at any place (RFC 8621 4.9)
 *
 * An id is a root, an email or an upload, and steps: each is a part, by its number in the
 * parse of what the step before gave. So the parts of an attached message have ids, too,
 * whether it was encoded or not.
 */
#pragma once

#include "jmap/octets.h"

enum { BLOB_STEPS_MAX = 8 };

/* Appends the id of a part of blob. */
void blob_id_of_part(slice blob, uint32_t part, struct buf *out);
/* Whether its parts can have ids. */
bool blob_has_parts(slice id);

/* The content with its encoding undone, in memory if there was one. ERR_NOT_FOUND;
 * octets_done later, also after an error. */
enum err blob_open(struct account *a, slice id, struct octets *ret);
