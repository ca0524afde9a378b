#include "net/sock.h"

#include <errno.h>
#include <sys/socket.h>

static bool would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK;
}

ssize_t sock_read(struct sock *s, char *to, size_t room)
{
	ssize_t n;

	if (!s->can_read) return IO_AGAIN;
	do
		n = recv(s->fd, to, room, 0);
	while (n < 0 && errno == EINTR);
	if (n == 0) return IO_END;
	if (n < 0 && !would_block()) return IO_FAILED;
	if (n < 0 || ((size_t)n < room && !s->hangup)) s->can_read = false;
	return n < 0 ? IO_AGAIN : n;
}

ssize_t sock_write(struct sock *s, slice bytes)
{
	ssize_t n;

	if (!s->can_write) return IO_AGAIN;
	do
		n = send(s->fd, bytes.p, bytes.n, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && !would_block()) return IO_FAILED;
	if (n < 0 || (size_t)n < bytes.n) s->can_write = false;
	return n < 0 ? IO_AGAIN : n;
}
