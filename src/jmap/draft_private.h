/*
 * draft_private.h - what the files of draft.h share
 */
#pragma once

#include "jmap/binary.h"
#include "jmap/draft.h"

/* A blob that a part's content comes from. */
struct draft_blob {
	struct draft_blob *next;
	struct draft *draft;
	slice id;
	bool is_looked_at;        /* it is read twice (compose.h) */
	struct binary *binary[2]; /* of source and again */
	struct draft_reading {
		struct draft_blob *blob;
		bool is_again;
	} readings[2];
	struct compose_source sources[2];
};

/* property, of the Email, is wrong. */
void draft_fault(struct draft *d, const char *property, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Zeroed; NULL when the draft is too large, which is noted. */
void *draft_alloc(struct draft *d, size_t size);
/* Null, or a list without items: the same as if it was not given. */
bool draft_is_absent(const json_t *value);
/* A copy that lives as long as the draft; empty when it is too large. */
slice draft_keep(struct draft *d, slice octets);

/* Whether no property has given that field to the one whose fields are in used, which
 * it now has; else both are at fault. */
bool draft_claim_field(struct draft *d, json_t *used, slice field, const char *property);
/* The fields of a property "header:...", added to out. place: "Email" or "part", for
 * people. */
void draft_header_property(struct draft *d, json_t *used, const char *name,
			   const json_t *value, const char *property, struct buf *out);

/* An EmailBodyPart. property: of the Email, which is at fault; type: the default one, or
 * NULL; disposition: likewise; used: fields that it must not have. NULL when it is none.
 */
struct part_wishes {
	const char *property, *type, *disposition;
	json_t *used;
	unsigned depth;
};
struct compose_part *draft_part(struct draft *d, json_t *json,
				const struct part_wishes *wishes);
/* The tree of parts out of the properties of the Email. */
void draft_body(struct draft *d);
