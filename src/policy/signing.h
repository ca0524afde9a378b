/*
 * signing.h - DKIM signatures for what this server's users send (RFC 6376)
 *
 * A message is signed for the domain in its From field, and what this host itself
 * writes (reports) for the nearest domain above its name, with every selector
 * that the domain's section of the configuration names: usually an RSA key for
 * all the world and an Ed25519 key beside it. Keys lie in
 * <data>/dkim/<selector>.<domain>.pem; a new selector beside the old one is how
 * keys are changed without a gap. What an alias sends on is sealed with the same keys.
 * All calls read or write files: on a worker, or in a command.
 */
#pragma once

#include "config/config.h"
#include "mailauth/arc.h"
#include "store/incoming.h"

enum { SIGNING_HEADER_MAX = 1024 * 1024 }; /* octets; a larger section is not signed */

/* Appends a DKIM-Signature field for each selector. m is finished. A key that cannot be
 * used is logged and left out: an unsigned message is better than none. */
void signing_write(const struct config *c, const struct incoming *m, int64_t now,
		   struct buf *out);

/* Appends an ARC Set (RFC 8617) for what domain sends on; nothing when the configuration
 * names no RSA key for it, or the chain takes no further set. results: of our checks, as
 * arc_seal takes them. */
struct sealed_message {
	const struct arc_verifier *chain; /* its result is final */
	const struct header_list *list;
	const struct body_hash *body; /* CANON_RELAXED, BODY_WHOLE */
	slice results;
};
void signing_seal(const struct config *c, slice domain, const struct sealed_message *m,
		  int64_t now, struct buf *out);
/* Appends the text of the record that a key's public half needs, and the same as a line
 * of a zone. False: the key cannot be used, which is logged. */
bool signing_describe_key(slice data, slice selector, slice domain, struct buf *record,
			  struct buf *zone_line);

/* Makes a key file and appends the DNS record to publish, as a line of a zone. False:
 * fault says why; a file that is there is never touched. */
bool signing_make_key(slice data, slice selector, slice domain, enum key_type type,
		      struct buf *zone_line, struct buf *fault);
