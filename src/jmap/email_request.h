/*
 * email_request.h - what a call wants to know of emails (RFC 8621 4.2, 4.9)
 */
#pragma once

#include "jmap/body_part.h"
#include "jmap/call.h"

struct email_property; /* email_property.h */

enum {
	EMAIL_PROPERTIES_MAX = 1000, /* that a call may name, of emails or of parts */
};

struct wanted_property {
	const char *name;
	const struct email_property *known; /* NULL: a field */
	struct header_property header;      /* then */
};

/* Names are those of the call's arguments. */
struct email_request {
	struct arena arena;
	struct wanted_property *wanted;
	uint32_t wanted_count;
	struct part_properties parts;
	bool text_values, html_values, all_values;
	uint64_t value_max; /* octets; 0: no limit */
	unsigned needs;     /* of all properties together */
};

enum email_default { EMAIL_DEFAULT_GET = 1, EMAIL_DEFAULT_PARSE = 2 };

/* What both methods have as arguments besides those that name emails. */
extern const char *const email_request_arguments[]; /* ends with NULL */

/* Reads "properties" and the arguments above; defaults stand in for absent properties.
 * False after call_fail. email_request_done later, also then. */
bool email_request_read(struct call *c, enum email_default defaults,
			struct email_request *ret);
/* The same for these properties, each a name that there is, without arguments. False when
 * one is none. */
bool email_request_of(const char *const *names, uint32_t count,
		      struct email_request *ret);
/* For objects that always have their "id". */
void email_request_add_id(struct email_request *r);
void email_request_done(struct email_request *r);
