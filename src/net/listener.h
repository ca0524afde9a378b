/*
 * listener.h - an address where connections come in, on all loops at once
 *
 * Each loop accepts on a socket of its own (net/bind.h) and keeps what it
 * accepted. A peer beyond the service's limits is sent the service's refusal,
 * as far as that goes without waiting, and closed. When descriptors or memory
 * run out, accepting pauses for LISTENER_PAUSE_MS instead of spinning, and the
 * service is told.
 *
 * A stopping loop closes its part by itself.
 */
#pragma once

#include <sys/types.h>

#include "net/conn.h"

enum {
	LISTENER_PAUSE_MS = 200,
	LISTENER_BURST = 32, /* connections accepted before others have their turn */
};

struct listener;

struct listener_setup {
	struct loop *const *loops; /* outlive the listener */
	size_t loop_count;
	const struct service *service; /* outlives the connections */
	mode_t unix_mode;              /* permissions of a Unix socket, such as 0660 */
};

/* Listens from here on; accepts once the loops run. NULL: fault says why and what can
 * be done, in one line. */
struct listener *listener_open(const struct endpoint *at,
			       const struct listener_setup *setup, struct buf *fault);
/* The same with count listening sockets that were inherited from whoever may bind
 * them; they are the listener's, or on NULL still the caller's. With fewer of them than
 * loops, loops share them. */
struct listener *listener_adopt(const int *fds, size_t count,
				const struct listener_setup *setup, struct buf *fault);

/* With the real port: "127.0.0.1:40123". Lives as long as the listener. */
slice listener_text(const struct listener *l);
const struct endpoint *listener_endpoint(const struct listener *l);

/* Accepts no more; from any thread, before the loops are freed. What was accepted
 * stays. l must not be used any more; it frees itself when all loops have let go. */
void listener_close(struct listener *l);
