/*
 * trace_message.h - a message came: who brought it, what was found out, where it went;
 *                   or its sender or a recipient was refused before it could come
 *
 * Refusals are found by the addresses that they name. Of each network so many are kept
 * in a minute, and so many of all, that an attack fills no disk.
 */
#pragma once

#include "server/smtp_state.h"

/* When its fate is known: the message is stored, or not, and this is the reply; NULL: the
 * peer has gone, and gets none. */
void trace_message(const struct smtp_session *m, const struct smtp_reply *reply);
/* MAIL or RCPT, as m->asks says, got the reply m->verdict. */
void trace_refusal(const struct smtp_session *m);
