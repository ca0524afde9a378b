/*
 * capability.h - what is announced at a moment (RFC 9051 6.1.1, 7.2.2)
 *
 * The one place that decides it. A capability is announced only when all of it
 * is there and may be used now.
 */
#pragma once

#include "base/buf.h"

struct imap;
struct sasl_mechanism;

/* Appends "CAPABILITY IMAP4rev1 ...". */
void capability_write(const struct imap *s, struct buf *out);
/* Whether passwords may travel on the connection as it is. */
bool password_allowed(const struct imap *s);
/* Whether STARTTLS may be used now. */
bool starttls_allowed(const struct imap *s);
bool mechanism_allowed(const struct imap *s, const struct sasl_mechanism *m);
