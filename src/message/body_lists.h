/*
 * body_lists.h - which parts are shown and which are attachments (RFC 8621 4.1.4)
 *
 * What JMAP calls textBody, htmlBody and attachments: the parts to show where plain text
 * is wanted, where HTML is wanted, and those to offer for download. Parts of attached
 * messages are in none of them.
 */
#pragma once

#include "message/mime.h"

struct body_list {
	uint32_t *parts; /* indexes, in order */
	uint32_t count;
};

struct body_lists {
	struct body_list text, html, attachments;
};

/* The lists live in the arena; false when it is full. */
bool body_lists_make(const struct mime *m, struct arena *arena, struct body_lists *ret);

/* Whether there is a part to offer for download that is not marked as inline. */
bool body_lists_have_attachment(const struct mime *m, const struct body_lists *lists);

/* Whether the part has this type, both in lower case; an empty subtype fits all. */
bool part_has_type(const struct mime_part *part, slice type, slice subtype);
/* The file name: the disposition's, else the type's name; empty when there is none. */
slice part_file_name(const struct mime_part *part);
