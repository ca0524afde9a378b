/*
 * client_dialogue.h - what was said on a client's connection, for people who ask why
 *
 * Lines "C: MAIL FROM:<a@b>" and "S: 250 2.1.0 ok", LF behind each; "-- TLSv1.3 CIPHER"
 * where it began. Of the content only its size, of a login only the mechanism. What was
 * said before the first message, then what concerns the message in hand, or the last one.
 */
#pragma once

#include "smtp/client.h"

enum { SMTP_DIALOGUE_MAX = 8 * 1024 }; /* octets; then "(...)" stands for the rest */

/* Until the client is called next. */
slice smtp_client_dialogue(const struct smtp_client *c);
