/*
 * enhanced.h - the enhanced status code that a reply without one stands for (RFC 3463,
 * 5248)
 *
 * What we say gets one where its writer gave none; what a server said without one has one
 * only where a report must name a status, never in the server's own words.
 */
#pragma once

#include "base/slice.h"

/* "5.1.3" for 553; of a code that says nothing more, its class: "5.0.0". */
slice enhanced_usual(int code);
