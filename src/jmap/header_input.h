/*
 * header_input.h - header fields that a client gives (RFC 8621 4.1.2, 4.1.3, 4.6)
 *
 * The reverse of header_form.h: a value in its form becomes a whole field.
 */
#pragma once

#include "base/arena.h"
#include "base/date.h"
#include "jmap/header_form.h"

/* Appends the field; of an array without items, none. False when the value has not the
 * type of its form or can be in no such field; also when out or the arena is full. */
bool header_input_write(slice name, enum header_form form, const json_t *value,
			struct arena *arena, struct buf *out);
/* As that, of what a property asks: with ":all", a field for each item. */
bool header_input_property(const struct header_property *p, const json_t *value,
			   struct arena *arena, struct buf *out);

/* local@domain in its halves, the local part unquoted; what is not of that form, as half
 * a draft has it, is a local part alone. False for controls and when the arena is full.
 */
bool address_input_split(slice email, struct arena *arena, slice *ret_local,
			 slice *ret_domain);
/* "2014-10-30T14:12:00+08:00" (RFC 8620 1.4). */
bool date_input(const json_t *value, struct date *ret);
