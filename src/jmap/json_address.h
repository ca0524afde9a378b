/*
 * json_address.h - texts and addresses of header fields as JSON (RFC 8621 4.1.2)
 */
#pragma once

#include <jansson.h>

#include "base/arena.h"

/* Unfolded, encoded words decoded, composed: step 1, 4 and 5 of the Text form. */
json_t *json_decoded(slice value);

json_t *json_lower(slice text); /* ASCII in lower case */

/* EmailAddress[] and EmailAddressGroup[] of an address list. */
json_t *json_addresses(slice value, struct arena *arena);
json_t *json_address_groups(slice value, struct arena *arena);
