/*
 * trace_message.h - a message came: who brought it, what was found out, where it went
 */
#pragma once

#include "server/smtp_state.h"

/* When its fate is known: the message is stored, or not, and this is the reply; NULL: the
 * peer has gone, and gets none. */
void trace_message(const struct smtp_session *m, const struct smtp_reply *reply);
