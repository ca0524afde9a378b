/*
 * demand.h - what a message asks of TLS on its way (RFC 8689)
 *
 * Mail that needs more of a connection than others, or less, has connections of its own,
 * so its demand is a part of its destination in the queue:
 *
 *   example.org       as the policies of both sides say
 *   tls!example.org   REQUIRETLS: to a verified server that offers REQUIRETLS, or not at
 * all any!example.org   "TLS-Required: No": TLS is tried, and what the recipient's domain
 *                     asks of it is passed over
 *
 * A null reverse-path has no demand: a bounce goes even so (RFC 8689 5). No domain has a
 * "!" in it.
 */
#pragma once

#include "message/mime.h"
#include "queue/envelope.h"

enum tls_demand { DEMAND_USUAL, DEMAND_TLS, DEMAND_NO_TLS };

enum { DEMAND_PREFIX_MAX = 4 }; /* octets */

/* What the flags of a message, MESSAGE_*, amount to. */
enum tls_demand demand_of(const struct queue_envelope *v);
/* "tls!", or empty. */
slice demand_prefix(enum tls_demand d);
/* Takes the prefix off the front of a destination. */
enum tls_demand demand_take(slice *destination);

/* The message has one field "TLS-Required: No" (RFC 8689 3). */
bool demand_is_waived(const struct mime_part *root);
