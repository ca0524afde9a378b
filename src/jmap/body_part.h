/*
 * body_part.h - the parts of a message as JMAP shows them: EmailBodyPart (RFC 8621 4.1.4)
 *
 * A part's id is its number in the parse of its message.
 */
#pragma once

#include "jmap/header_form.h"
#include "jmap/octets.h"
#include "message/body_lists.h"

/* The message the parts are of. All is borrowed. */
struct part_source {
	const struct octets *octets;
	const struct mime *mime;
	slice blob;          /* id of the whole */
	uint64_t *sizes;     /* one for each part, 0 at first: its decoded size and one */
	bool *is_unreadable; /* set when octets could not be read; may be NULL */
};

struct part_property {
	const char *name;
	json_t *(*make)(const struct part_source *s, uint32_t part); /* NULL: a field */
	struct header_property header;
};

/* Which properties are to be in each part ("bodyProperties"). */
struct part_properties {
	struct part_property *at;
	uint32_t count;
};

/* names: an array of strings, which must outlive ret, or NULL for the default. Returns
 * the first name that is none, or NULL. */
const char *part_properties_read(const json_t *names, struct arena *arena,
				 struct part_properties *ret);

/* bodyStructure: multiparts have their subParts, whether those were asked for or not. */
json_t *body_part_tree(const struct part_source *s, const struct part_properties *wanted);
/* textBody and the like. */
json_t *body_part_list(const struct part_source *s, const struct body_list *list,
		       const struct part_properties *wanted);

/* The part behind that one, in the whole tree: attached messages are not gone into. */
uint32_t body_part_next(const struct mime *m, uint32_t part);

void body_part_unreadable(const struct part_source *s);

json_t *json_part_id(uint32_t part);
/* The type in lower case, with the name that an encoded message has in its field. */
json_t *json_part_type(const struct mime_part *part);
