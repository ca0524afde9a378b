/*
 * bind.h - listening sockets for an endpoint
 *
 * TCP gives each loop a socket of its own on the same port (SO_REUSEPORT). The
 * first is bound without that option, so that a second server on the address
 * fails instead of taking half of the connections. Only listener.c uses it.
 */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "net/netaddr.h"

/* Fills fds with count sockets that listen, and the port into *e where it was 0.
 * False: none is open, and fault says why and what to do about it. */
[[nodiscard]] bool bind_tcp(struct endpoint *e, int *fds, size_t count,
			    struct buf *fault);

/* A Unix socket with these permissions. PATH.lock, which stays, is locked as long as
 * *ret_lock is open: so a socket that a dead server left is told from a live one's,
 * and only the former replaced. */
[[nodiscard]] bool bind_unix(const struct endpoint *e, mode_t mode, int *ret_fd,
			     int *ret_lock, struct buf *fault);
