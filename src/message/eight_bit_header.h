/*
 * eight_bit_header.h - whether a message can go where no SMTPUTF8 is (RFC 6531 3.2)
 */
#pragma once

#include "message/mime.h"

/* An octet above 127 in a header field of any part. So is what was not looked at. */
bool mime_has_8bit_header(const struct mime *m);
