/*
 * jmap_envelope.h - a mail of JMAP as SMTP has it
 */
#pragma once

#include "base/arena.h"
#include "jmap/jmap.h"
#include "smtp/client.h"

/* A copy that lives in the arena. False: it is full, or there is nobody to send to, or
 * more than one message may have. */
bool jmap_envelope_copy(const struct jmap_mail *m, struct arena *arena,
			struct smtp_client_message *ret);
/* Adds what the content asks of SMTP: its size, 8BITMIME, BINARYMIME, SMTPUTF8. On a
 * worker. False: it cannot be read. */
bool jmap_envelope_scan(const struct incoming *content, struct smtp_client_message *ret);
