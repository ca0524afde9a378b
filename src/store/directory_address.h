/*
 * directory_address.h - the one form in which the directory knows an address
 *
 * local@domain: a dot-string (RFC 5321 4.1.2, UTF-8 as in RFC 6531 3.3), ASCII
 * in lower case, the rest composed (NFC); the domain with U-labels. Look-ups bring what
 * they are given into the same form, so A-labels and capitals find what is meant.
 */
#pragma once

#include "store/directory.h"

enum { LOCAL_PART_MAX = 64, DOMAIN_OCTETS_MAX = 255 }; /* RFC 5321 4.5.3.1 */

/* ret lies in the buffer. False for what is no address. */
bool address_normalise(slice address, char buffer[ADDRESS_MAX], slice *ret);
/* The same for an address elsewhere, whose local part is its owner's to read: kept. */
bool address_normalise_target(slice address, char buffer[ADDRESS_MAX], slice *ret);
bool address_normalise_domain(slice domain, char buffer[ADDRESS_MAX], slice *ret);
slice address_domain(slice address); /* of one in this form */
