/*
 * smtp_session.h - opens SMTP, submission and LMTP sessions: the host of smtp/server.h
 */
#pragma once

#include "server/session.h"

/* As the `open` of a struct service; context is a struct door. */
bool smtp_session_open(void *context, struct conn *c);
