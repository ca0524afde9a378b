/*
 * door.h - a listener's way into the server: which service, where, how
 *
 * The doors of a server are opened from its configuration and close when its
 * loops stop. A door is the context of its connections' struct service.
 */
#pragma once

#include "net/conn.h"
#include "net/listener.h"
#include "server/server.h"

struct door {
	struct server *server;
	enum service_kind kind;
	struct tls_settings tls;
	struct service service;
	struct listener *listener;
};

/* Opens a listener for each address. False: fault has a line for the first that failed,
 * and those opened before it stay open. */
bool doors_open(struct server *s, const struct listen_list *list, struct buf *fault);
void doors_close(struct server *s);
/* Of the first that serves this; 0: none does. */
uint16_t doors_port(const struct server *s, enum service_kind kind);
/* "listening NAME ADDRESS:PORT" for each, on standard output. */
void doors_print(const struct server *s);
