/*
 * doctor_certificate.h - the certificate chain of a file, as `postroom doctor` sees it
 */
#pragma once

#include "base/buf.h"

struct certificate;

/* NULL: fault says why. */
struct certificate *certificate_read(const char *path, struct buf *fault);
void certificate_free(struct certificate *c); /* NULL is fine */

bool certificate_has_name(const struct certificate *c, slice host);
int64_t certificate_ends(const struct certificate *c); /* UNIX seconds */
bool certificate_is_self_signed(const struct certificate *c);
/* Whether a TLSA record's data, as on the wire, names it or an authority in its chain:
 * usages 3 and 2 (RFC 7672 3.1). */
bool certificate_fits_tlsa(const struct certificate *c, slice tlsa);
/* "3 1 1 0123...": its public key by SHA-256 (RFC 7671 5.1). */
void certificate_write_tlsa(const struct certificate *c, struct buf *out);
