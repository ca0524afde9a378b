/*
 * bounce.h - a delivery status notification, composed (RFC 3464, 6522, 6533)
 *
 * Three parts: a few lines for a person, the same for a program, and of the message its
 * header section; or all of it, where the sender asked for that (RET=FULL), the delivery
 * failed, it is at most BOUNCE_ORIGINAL_MAX octets, not binary, and needs no TLS on its
 * way (RFC 8689 5). Sent with a null reverse-path, it causes no report itself.
 *
 * A report to an ASCII address is 7-bit, save for an 8-bit message that it holds: the
 * way back may know no SMTPUTF8 (RFC 6533 4.5). To a UTF-8 address it is
 * message/global-delivery-status in UTF-8.
 *
 * Pure: the same arguments give the same octets. What a peer said or a sender wrote
 * cannot make a field, a line of ours or a part.
 */
#pragma once

#include "base/buf.h"
#include "queue/report.h"

enum {
	BOUNCE_ORIGINAL_MAX = 100 * 1024, /* octets of the message */
	BOUNCE_MAX = 16 * 1024 * 1024,    /* octets: a sufficient maximum for out */
};

struct bounce {
	const struct queue_report *report; /* never one of a null reverse-path */
	slice host_name;                   /* ours */
	slice id;                          /* an atom of ours that nobody can guess */
	int64_t now;                       /* UNIX seconds */
	int64_t retry_until;               /* UNIX seconds; of a delay, 0: do not tell */
	slice original; /* the message's first octets: all, or BOUNCE_ORIGINAL_MAX */
};

/* *ret_flags: MESSAGE_* of the report as a message. False when out is full. */
bool bounce_write(const struct bounce *b, struct buf *out, unsigned *ret_flags);
