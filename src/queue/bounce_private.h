/*
 * bounce_private.h - the parts of a report, for the files of bounce.h only
 */
#pragma once

#include "queue/bounce.h"

/* Whether the report may hold UTF-8: its own way is SMTPUTF8's. */
bool bounce_is_utf8(const struct bounce *b);

/* ---- bounce_text.c ---- */

slice bounce_subject(enum report kind);
/* What a person reads, in UTF-8; lines end with CRLF. */
void bounce_add_text(const struct bounce *b, struct buf *out);

/* ---- bounce_status.c ---- */

/* The content of message/delivery-status, or of message/global-delivery-status. */
void bounce_add_status(const struct bounce *b, struct buf *out);
/* "5.1.1": the reply's own if it fits what is reported, else as near as is known. */
slice bounce_status(const struct bounce *b, const struct queue_recipient *r);

/* Who said it, as others know them: the path of a socket means nothing to them. */
static inline slice bounce_speaker(const struct queue_reply *r)
{
	return slice_starts(r->remote, S("unix:")) ? S("") : r->remote;
}

/* ---- bounce_fold.c ---- */

/* Adds text behind what the line holds already (`column` octets), broken at blanks into
 * lines of about 76 octets, each but the first after `indent`; the last stays open.
 * Controls become blanks; unless utf8, what is not ASCII becomes "?". */
void bounce_add_folded(slice text, size_t column, slice indent, bool utf8,
		       struct buf *out);
/* "550 5.1.1 ", in front of a reply's text; without what the text repeats. */
void bounce_add_code(const struct queue_reply *reply, struct buf *out);
