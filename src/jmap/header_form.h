/*
 * header_form.h - header fields as JMAP shows them (RFC 8621 4.1.2, 4.1.3)
 *
 * A field's value in one of seven forms. Which form goes with which field is in a table;
 * fields that neither RFC 5322 nor RFC 2369 defines go with all. The same for the fields
 * of a message and of its parts.
 */
#pragma once

#include <jansson.h>

#include "message/mime.h"

enum header_form {
	HEADER_RAW,
	HEADER_TEXT,
	HEADER_ADDRESSES,
	HEADER_GROUPED_ADDRESSES,
	HEADER_MESSAGE_IDS,
	HEADER_DATE,
	HEADER_URLS,
};

struct header_property {
	slice name; /* of the field, as the client wrote it; borrowed */
	enum header_form form;
	bool all; /* an array with each instance, else the last one */
};

/* "header:Name[:asForm][:all]", the form being one that the field may have. */
bool header_property_parse(slice text, struct header_property *ret);
/* Whether the field may be fetched and set in that form. */
bool header_form_fits(slice name, enum header_form form);

/* A field by which a mail is told from other texts: of RFC 5322, RFC 2369 or MIME. */
bool header_is_of_mail(slice name);

/* value: behind the colon, still folded, without the CRLF at its end. Never NULL. */
json_t *header_value(slice value, enum header_form form);
/* Of the part's fields; JSON's null, or an empty array, where there is none. */
json_t *header_property_value(const struct mime_part *part,
			      const struct header_property *p);
/* EmailHeader[]: all fields, with their names and raw values. */
json_t *header_list(const struct mime_part *part);
