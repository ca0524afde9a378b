/*
 * dsn_address.h - addresses as the fields of a report write them (RFC 3464 2.1.2)
 *
 * An ASCII address is of the type "rfc822". One with UTF-8 is of the type "utf-8", as it
 * is where the report may hold UTF-8, else with "\x{E9}" for what is not ASCII (RFC 6533
 * 3). What cannot stand in a field comes out as "?".
 */
#pragma once

#include "base/buf.h"

/* Final-Recipient's value: "rfc822;jo@example.org" */
void dsn_address_write(slice address, bool utf8, struct buf *out);
/* Original-Recipient's value, of an ORCPT as it came: what it encodes is decoded (RFC
 * 3461 6.3). */
void dsn_original_write(slice orcpt, bool utf8, struct buf *out);
