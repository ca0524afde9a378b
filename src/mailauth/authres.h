/*
 * authres.h - the Authentication-Results field (RFC 8601)
 *
 * Writing ours, and finding those in a message that only pretend to be: they are cut
 * before ours is put in front (RFC 8601 5). The writer serves any field with the same
 * payload, as ARC-Authentication-Results (RFC 8617 4.1.1).
 */
#pragma once

#include "base/buf.h"
#include "mailauth/arc.h"
#include "mailauth/dkim.h"
#include "mailauth/dmarc.h"
#include "mailauth/reverse.h"
#include "mailauth/spf.h"
#include "message/mime.h"

struct authres {
	struct buf *out;
	size_t line; /* where the line begun starts in out */
	bool any;
};

/* start is the field's name, colon and what the payload has in front. */
void authres_begin(struct authres *w, struct buf *out, slice start, slice authserv_id);
/* One method's result, then its reason and properties ("smtp.mailfrom"), all optional.
 * Method, result and property are ours and valid; the other words are anybody's. */
void authres_add(struct authres *w, slice method, slice result);
void authres_add_reason(struct authres *w, slice reason);
void authres_add_property(struct authres *w, slice property, slice value);
/* Ends the field with its CRLF; false when out is full. Without a result it is "none". */
bool authres_end(struct authres *w);

/* A method with its properties as RFC 8601 2.7, RFC 8617 6 and RFC 9989 9.1 register
 * them.
 */
void authres_add_spf(struct authres *w, const struct spf_verdict *v,
		     enum spf_identity identity);
void authres_add_dkim(struct authres *w, const struct dkim_result *r);
void authres_add_arc(struct authres *w, const struct arc_result *r);
void authres_add_dmarc(struct authres *w, const struct dmarc_verdict *v);
void authres_add_iprev(struct authres *w, enum iprev_result result, struct ip ip);

/* Whether a field's value claims to come from authserv_id, or cannot be read so that
 * nobody else would read it so: another version, no identifier. */
bool authres_claims(slice value, slice authserv_id);

struct octet_range {
	uint64_t start, end; /* offsets in the message, end is behind the last octet */
};

/* The next field to cut of the message whose root part is given, in order: start with
 * *cursor 0; false at the end. */
bool authres_next_forged(const struct mime_part *root, slice authserv_id,
			 uint32_t *cursor, struct octet_range *ret);
