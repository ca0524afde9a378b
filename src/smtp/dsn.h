/*
 * dsn.h - what a sender asks of delivery status notifications (RFC 3461)
 *
 * ENVID and ORCPT travel as they stand on the wire, in xtext, so that the next server
 * gets exactly what we got (RFC 3461 5.2.1); base/xtext.h is for whoever reads them.
 */
#pragma once

#include "base/buf.h"

enum {
	DSN_ENVID_MAX = 100, /* octets of ENVID (RFC 3461 4.4), */
	DSN_ORCPT_MAX = 500, /* and of ORCPT (RFC 3461 4.2), as they stand on the wire */
};

/* What a bounce returns (RFC 3461 4.3). */
enum dsn_return { DSN_RETURN_DEFAULT, DSN_RETURN_FULL, DSN_RETURN_HEADERS };

/* When to tell the sender (RFC 3461 4.1); 0: as the server does without being asked. */
enum { DSN_SUCCESS = 1, DSN_FAILURE = 2, DSN_DELAY = 4, DSN_NEVER = 8 };

/* "NEVER", or a list of the others without repetition, in any case. */
bool dsn_take_notify(slice value, unsigned *ret);
/* "SUCCESS,DELAY" */
void dsn_write_notify(unsigned notify, struct buf *out);
/* "FULL" or "HDRS" */
bool dsn_take_return(slice value, enum dsn_return *ret);

/* ENVID: xtext of printable ASCII. */
bool dsn_is_envelope_id(slice value);
/* ORCPT: addr-type ";" xtext of printable ASCII. Where utf8 the address of the type
 * "utf-8" may be UTF-8 as it is (RFC 6533 3). */
bool dsn_is_original_recipient(slice value, bool utf8);
/* " ORCPT=..."; unless utf8 in its 7-bit form (RFC 6533 3). Nothing of none, or of what
 * cannot stand there. */
void dsn_add_original_recipient(slice value, bool utf8, struct buf *out);
