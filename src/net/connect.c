#include "net/connect.h"

#include <assert.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/conn_state.h"

static const struct netaddr *address(const struct conn *c)
{
	return &c->outgoing->addresses[c->address];
}

/* NULL: the system says. */
static const struct netaddr *source(const struct conn *c)
{
	const struct netaddr *s = address(c)->kind == NETADDR_V4
					  ? &c->outgoing->source_v4
					  : &c->outgoing->source_v6;

	return s->kind == address(c)->kind ? s : NULL;
}

static bool bind_source(const struct conn *c, int fd)
{
	const struct netaddr *s = source(c);
	struct netaddr any_port;
	struct sockaddr_storage from;
	socklen_t n;

	if (!s) return true;
	any_port = *s;
	any_port.port = 0;
	n = netaddr_to_sockaddr(&any_port, &from);
	return bind(fd, (struct sockaddr *)&from, n) == 0;
}

static socklen_t write_sockaddr(const struct conn *c, struct sockaddr_storage *ret)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	size_t n;

	if (address(c)->kind != NETADDR_UNIX) return netaddr_to_sockaddr(address(c), ret);
	n = strlen(c->outgoing->path);
	assert(n < sizeof(local.sun_path));
	memcpy(local.sun_path, c->outgoing->path, n);
	memcpy(ret, &local, sizeof(local));
	return sizeof(local);
}

/* 0, also while the connection is on its way, or an errno. */
static int begin(struct conn *c)
{
	unsigned events = WATCH_READ | WATCH_WRITE | WATCH_HANGUP | WATCH_EDGE;
	struct sockaddr_storage to;
	socklen_t n = write_sockaddr(c, &to);
	int on = 1,
	    fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0) return errno;
	c->sock = (struct sock){ .fd = fd };
	if (to.ss_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (!bind_source(c, fd)) return errno;
	if (connect(fd, (struct sockaddr *)&to, n) != 0 && errno != EINPROGRESS)
		return errno;
	return watch_start(c->loop, &c->watch, fd, events) ? 0 : ENOMEM;
}

static void end(struct conn *c)
{
	watch_stop(&c->watch);
	if (c->sock.fd >= 0) close(c->sock.fd);
	c->sock.fd = -1;
}

/* From c->address on; without one that may work the connection is gone, and fault was
 * why. */
static void try_addresses(struct conn *c, int fault)
{
	while (c->address < c->outgoing->address_count) {
		c->peer = *address(c);
		fault = begin(c);
		if (fault == 0) {
			conn_enter(c, CONNECT);
			return;
		}
		end(c);
		c->address++;
	}
	conn_gone(c, strerrordesc_np(fault));
}

void conn_try_next_address(struct conn *c, int fault)
{
	end(c);
	c->address++;
	try_addresses(c, fault);
}

bool conn_step_connect(struct conn *c)
{
	int fault = 0;
	socklen_t n = sizeof(fault);

	if (!c->sock.can_write) return false;
	if (getsockopt(c->sock.fd, SOL_SOCKET, SO_ERROR, &fault, &n) != 0) fault = errno;
	if (fault == 0) return conn_begin(c);
	conn_try_next_address(c, fault);
	return false;
}

struct conn *conn_connect(struct loop *l, const struct outgoing *o)
{
	struct conn *c = conn_new(l, &o->service);

	assert(!o->service.limits);
	c->outgoing = o;
	c->sock.fd = -1;
	try_addresses(c, EDESTADDRREQ);
	if (c->phase != GONE) loop_defer(l, &c->later); /* which sets the timer */
	return c;
}

enum tls_failure conn_tls_failure(const struct conn *c)
{
	return c->tls_failure;
}
