/*
 * imap_session.h - opens IMAP sessions: the host of imap/imap.h
 */
#pragma once

#include "server/session.h"

/* As the `open` of a struct service; context is a struct door. */
bool imap_session_open(void *context, struct conn *c);
