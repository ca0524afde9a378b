/*
 * outgoing.h - the envelope of a mail that a user sends (RFC 8621 7)
 *
 * As the client gives it, or as the header fields of the message have it. It is an SMTP
 * envelope: addresses, and what ESMTP parameters say that a submission here can keep.
 */
#pragma once

#include "base/arena.h"
#include "jmap/set.h"
#include "message/mime.h"

struct outgoing {
	slice reverse_path;
	slice *recipients, *notify, *originals; /* as in struct jmap_mail */
	uint32_t count;
	int64_t release_at;
	slice hold, envelope_id, ret;
	json_t *json; /* the Envelope */
};

/* Both say in the outcome what is wrong; the slices live in the arena, or in json. The
 * caller's json is to be dropped by outgoing_done. */

/* json: an Envelope. */
void outgoing_read(struct outgoing *out, json_t *json, int64_t now, struct arena *arena,
		   struct set_outcome *o);
/* Of the message with this header; identity: the address of the Identity, which may be
 * "*@domain". */
void outgoing_derive(struct outgoing *out, const struct mime_part *header, slice identity,
		     const struct jmap_user *user, struct arena *arena,
		     struct set_outcome *o);
void outgoing_done(struct outgoing *out);

/* Whether the message may go out from this user and to these: its header fields (RFC 5322
 * 3.6), who is allowed to send from where, and the recipients. */
void outgoing_check(const struct outgoing *out, const struct mime_part *header,
		    const struct jmap_user *user, struct arena *arena,
		    struct set_outcome *o);

/* pattern: an address, or "*@domain". */
bool address_fits(slice address, slice pattern);
bool outgoing_may_send_as(const struct jmap_user *user, slice address);
