/*
 * inbound_message.h - what the checks of inbound.h need to know of a message
 *
 * Read once, on a worker: the header section as fields, the hashes of the body that its
 * signatures ask for, and the author's domain. Nothing here asks the DNS.
 *
 * Limits: a header section of MIME_HEADER_MAX octets and HEADER_FIELDS_MAX fields. Beyond
 * them readers may see another message than we do, and so its author counts as unclear.
 */
#pragma once

#include "mailauth/arc.h"
#include "mailauth/dkim.h"
#include "message/mime.h"
#include "store/incoming.h"

enum inbound_author {
	AUTHOR_UNCLEAR, /* several domains, several From fields, or one without sense */
	AUTHOR_MISSING, /* no From field: nobody is pretended to be */
	AUTHOR_KNOWN,
};

struct inbound_message {
	struct arena arena; /* of all below */
	struct header_list list;
	struct body_hashes *hashes;
	bool seals;     /* set before the reading: it is to be sealed for others */
	int whole_body; /* the place of its hash then */
	struct dkim_verifier *dkim;
	struct arc_verifier *arc;
	enum inbound_author author_kind;
	slice author; /* the domain, where it is known */
};

void inbound_message_init(struct inbound_message *m);
void inbound_message_done(struct inbound_message *m);

/* May take long. Also has the fields cut from it that pretend to be written by
 * authserv_id (RFC 8601 5). Where its spool cannot be read it stays without signatures:
 * finishing the message will fail for the same reason. */
void inbound_message_read(struct inbound_message *m, struct incoming *incoming,
			  slice authserv_id);

/* Has no more than those fields cut from a message that is not read otherwise. On a
 * worker, before it is finished. */
void inbound_message_cut_forged(struct incoming *incoming, slice authserv_id);
