/*
 * http_session.h - a connection that asks for pages
 */
#pragma once

#include "net/conn.h"

/* struct service's open; context is the door. */
bool http_session_open(void *context, struct conn *c);
