/*
 * outgoing_private.h - what the files of outgoing.h share
 */
#pragma once

#include "jmap/outgoing.h"

/* Room for so many recipients; false when they are too many, with an outcome, or the
 * arena is full. */
bool outgoing_room(struct outgoing *out, size_t count, struct arena *arena,
		   struct set_outcome *o);
/* Whether it is a recipient already. */
bool outgoing_has(const struct outgoing *out, slice address);
