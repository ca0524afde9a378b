/*
 * token_inquiry.h - asks a token's issuer about it (RFC 7662)
 *
 *   RESOLVE  the issuer's host, unless it is an address
 *   FETCH    POST by HTTPS, as [oauth] client; [delivery] trust counts here, too
 *
 * All on the loop of the check, which does not end before.
 */
#pragma once

#include "server/token_check.h"

enum { TOKEN_INQUIRY_MS = 10'000 }; /* for the issuer to answer */

/* Fills in the check's verdict, then ended(check); never from inside. */
void token_inquiry_start(struct token_check *check, struct fetches *fetches,
			 void (*ended)(struct token_check *check));
