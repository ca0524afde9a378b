#include "net/preamble.h"

#include <errno.h>
#include <sys/socket.h>

#include "net/conn_state.h"

/* As sock_read, but what was read is still there. */
static ssize_t look(struct conn *c, char *to, size_t room)
{
	ssize_t n;

	if (!c->sock.can_read) return IO_AGAIN;
	do
		n = recv(c->sock.fd, to, room, MSG_PEEK);
	while (n < 0 && errno == EINTR);
	if (n == 0) return IO_END;
	if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return IO_FAILED;
	return n < 0 ? IO_AGAIN : n;
}

static bool pass_over(struct conn *c, char *scratch, size_t n)
{
	return sock_read(&c->sock, scratch, n) == (ssize_t)n;
}

static bool go_on(struct conn *c, const struct netaddr *client)
{
	enum admission a =
		conn_become(c, client->kind == NETADDR_NONE ? &c->peer : client);

	if (a == ADMITTED) return conn_begin(c);
	service_refuse(c->service, c->sock.fd, a);
	conn_gone(c, "too many connections");
	return false;
}

/* Nothing more has come, and the next event tells of what will. */
static bool await_more(struct conn *c, size_t seen)
{
	if (seen >= PREAMBLE_MAX || c->sock.hangup)
		conn_gone(c, "no preamble of a proxy");
	c->sock.can_read = false;
	return false;
}

bool conn_step_preamble(struct conn *c)
{
	char *scratch = loop_scratch(c->loop);
	ssize_t n = look(c, scratch, PREAMBLE_MAX);
	slice in = { scratch, n > 0 ? (size_t)n : 0 }, rest = in;
	struct netaddr client = { .kind = NETADDR_NONE };

	if (n == IO_AGAIN) {
		c->sock.can_read = false;
		return false;
	}
	if (n <= 0) {
		conn_gone(c, n == IO_END ? "ended before its preamble" : "lost");
		return false;
	}
	switch (c->service->preamble->take(&rest, &client)) {
	case PREAMBLE_PARTIAL:
		return await_more(c, in.n);
	case PREAMBLE_TAKEN:
		if (pass_over(c, scratch, in.n - rest.n)) {
			c->sock.can_read = true; /* there may be more */
			return go_on(c, &client);
		}
		[[fallthrough]];
	case PREAMBLE_MALFORMED:
		break;
	}
	conn_gone(c, "no preamble of a proxy");
	return false;
}
