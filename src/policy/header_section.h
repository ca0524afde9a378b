/*
 * header_section.h - the header section of a message that is still coming in
 *
 * What is looked at before a message is finished: by the checks of a stranger's mail, and
 * by the rules for what a user submits. Reads the spool: on a worker.
 */
#pragma once

#include "message/mime.h"
#include "store/incoming.h"

/* The section with the line end of its last field, in the arena, and where the body
 * begins. False when it does not end within MIME_HEADER_MAX octets, the arena is full or
 * the spool cannot be read. */
bool header_section_read(const struct incoming *m, struct arena *arena, slice *ret,
			 uint64_t *ret_body);

/* Has the fields of that name cut out when the message is finished. Where there is no
 * header section to read, or more to cut than INCOMING_CUTS_MAX, the rest stays. */
void header_section_cut(struct incoming *m, slice name);

/* Whether the message begins as a field does, or with the empty line behind no fields. */
bool begins_with_field(const struct incoming *m);
