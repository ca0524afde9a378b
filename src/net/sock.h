/*
 * sock.h - a non-blocking stream socket under edge-triggered events
 *
 * An edge is told once, so what it said is kept here until a call finds that
 * it is no longer so. A read that returns less than was asked for has emptied
 * the socket and saves the call that would only say so, unless the peer has
 * hung up: then the end lies right behind the bytes and no edge will tell.
 *
 * The plain connection and the one under TLS (through a BIO of its own in
 * tls_session.c) use the same two functions.
 */
#pragma once

#include <sys/types.h>

#include "base/slice.h"

/* What reading and writing return, else the number of octets (above 0). */
enum io {
	IO_END = 0,     /* the peer has ended its side in order */
	IO_AGAIN = -1,  /* wait for the next event */
	IO_FAILED = -2, /* the connection is lost; errno */
};

struct sock {
	int fd;
	bool can_read, can_write;
	bool hangup; /* the peer's end is there, maybe behind more bytes */
};

ssize_t sock_read(struct sock *s, char *to, size_t room);
ssize_t sock_write(struct sock *s, slice bytes);
