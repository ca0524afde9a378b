/*
 * pop3_session.h - opens POP3 sessions: the host of pop3/pop3.h
 */
#pragma once

#include "server/session.h"

/* As the `open` of a struct service; context is a struct door. */
bool pop3_session_open(void *context, struct conn *c);
