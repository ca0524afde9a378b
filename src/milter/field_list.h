/*
 * field_list.h - the header fields of a message, as filters see and change them
 *
 * What is not changed is written as it came, octet for octet. A line that is no field
 * belongs to the field above it.
 */
#pragma once

#include "milter/milter.h"

enum { FIELD_LIST_MAX = 20'000 }; /* fields */

struct field_list {
	struct milter_field *fields;
	uint32_t count, room;
	bool is_changed;
	bool has_lost; /* a field that came with the message was changed, or has gone */
	struct arena *arena;
};

/* section: whole lines. The list's slices are the section's. False: too many, or no
 * memory. */
bool field_list_read(struct field_list *l, slice section, struct arena *arena);
/* One of EDIT_*_FIELD, whose slices must stay. False likewise. */
bool field_list_edit(struct field_list *l, const struct milter_edit *e);
void field_list_write(const struct field_list *l, struct buf *out);
