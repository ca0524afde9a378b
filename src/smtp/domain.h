/*
 * domain.h - domains and address literals, strictly (RFC 5321 4.1.2, 4.1.3)
 *
 * A label may be a U-label (RFC 6531 3.3) where IDNA 2008 knows it; whether the client
 * was allowed to send one is the caller's to decide. Nothing asks the DNS.
 */
#pragma once

#include "base/slice.h"

/* Domain = sub-domain *("." sub-domain); within SMTP_DOMAIN_MAX and SMTP_LABEL_MAX. */
bool smtp_take_domain(slice *in, slice *ret);
/* address-literal: "[192.0.2.1]", "[IPv6:...]" or "[tag:content]", with its brackets. */
bool smtp_take_address_literal(slice *in, slice *ret);
