/*
 * bearer_message.h - what clients of OAUTHBEARER and XOAUTH2 send
 *
 *   RFC 7628 3.1   gs2-header ^A *(key "=" value ^A) ^A
 *   XOAUTH2        "user=" name ^A "auth=Bearer " token ^A ^A
 *
 * Strict as to the grammar; unknown keys are passed over. So are `host` and `port`: a
 * bearer token is no signature over them, and behind address translation a server does
 * not know by which it was reached.
 */
#pragma once

#include "base/buf.h"

struct bearer_message {
	slice authorization; /* of GS2, as sent: scram_decode_name; may be empty */
	slice token; /* empty: none, or none of a type we know: RFC 7628 4.3 asks so */
};

/* The slices lie in message. */
bool bearer_read_oauth(slice message, struct bearer_message *ret);
bool bearer_read_xoauth2(slice message, struct bearer_message *ret);

/* The characters of a token (RFC 6750 2.1), at least one. */
bool bearer_is_token(slice text);
