/*
 * admin_socket.h - the door for commands: <data>/admin.sock
 *
 * A connection carries one request and its reply (admin_frame.h). Only root and
 * the user the server runs as may speak here: the kernel tells who it is. The
 * command runs on a worker.
 */
#pragma once

#include "net/listener.h"
#include "operator/admin.h"
#include "server/server.h"

struct admin_socket;

/* NULL: fault says why. */
struct admin_socket *admin_socket_open(struct server *s, struct buf *fault);
void admin_socket_close(struct admin_socket *a); /* takes no more; NULL is fine */
void admin_socket_free(struct admin_socket *a);  /* after the loops have ended */

/*
 * Sends a request to the server that has this data folder. False: there is none. Else
 * its reply is in out and fault and *ret_status.
 */
bool admin_call(slice data, const struct admin_request *r, enum cli_status *ret_status);
