/*
 * running.h - the life of a server: its parts are started, it serves, they are ended
 */
#pragma once

#include "server/server.h"

/*
 * Opens the listeners, gives up root for config->user, opens the store. Takes
 * over c. NULL: fault is a line for a person that says why and what to do.
 */
struct server *server_new(struct config *c, const char *config_path, bool is_sandbox,
			  struct buf *fault);
/* Serves until SIGTERM or SIGINT; then everything has been answered or refused and the
 * store is closed. */
void server_run(struct server *s);
/* Instead of server_run: what has begun ends. NULL is fine. */
void server_give_up(struct server *s);
void server_free(struct server *s); /* NULL is fine */
