/*
 * search_fields.h - values of a message's header fields, decoded and folded
 *
 * Made once of a message, whatever number of keys look at them.
 */
#pragma once

#include "base/buf.h"

struct field_value {
	slice name;   /* the section's, or the caller's */
	size_t at, n; /* in folded */
};

/* Zeroed is empty. */
struct field_values {
	struct field_value *values;
	uint32_t count, capacity;
	struct buf folded;
	bool is_read; /* a whole section */
};

void field_values_done(struct field_values *v);
void field_values_add(struct field_values *v, slice name, slice utf8);
/* All fields of a header section, once. */
void field_values_read(struct field_values *v, slice section);

/* The next value of fields called name; *at begins at 0. */
bool field_values_next(const struct field_values *v, slice name, uint32_t *at,
		       slice *ret);
/* Whether one of them holds the folded needle; an empty needle: whether there is such a
 * field (RFC 9051 6.4.4 HEADER). */
bool field_values_have(const struct field_values *v, slice name, slice needle);
