#include "net/listener.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/bind.h"

/* A loop's share. Only the loop touches it once the start task is posted. */
struct part {
	struct resident resident;
	struct listener *listener;
	struct loop *loop;
	int fd; /* -1: closed */
	struct watch watch;
	struct timer pause;
	struct task start, close;
};

struct listener {
	const struct service *service;
	struct endpoint endpoint;
	char text[ENDPOINT_TEXT_MAX];
	int lock_fd; /* of a Unix socket that we made, else -1 */
	_Atomic size_t parts_left;
	size_t part_count;
	struct part parts[];
};

/* ---- accepting ---- */

/* Faults of the connection that was about to be, not of ours (accept(2)). */
static bool is_peers_fault(int error)
{
	static const int faults[] = { EINTR,  ECONNABORTED, EPROTO,     ENETDOWN,
				      ENONET, ENOPROTOOPT,  EHOSTDOWN,  EHOSTUNREACH,
				      EPERM,  EOPNOTSUPP,   ENETUNREACH };

	for (size_t i = 0; i < countof(faults); i++)
		if (faults[i] == error) return true;
	return false;
}

/* Best effort: a fresh socket has room for a line, and nobody waits for it. */
void service_refuse(const struct service *s, int fd, enum admission why)
{
	slice line = why == REFUSED_TOTAL ? s->refusal_total : s->refusal_address;

	if (line.n > 0 && !s->tls_at_once)
		(void)!send(fd, line.p, line.n, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void admit(struct part *p, int fd, const struct netaddr *peer)
{
	const struct service *service = p->listener->service;
	bool is_proxy = service->preamble &&
			service->preamble->is_expected(service->context, peer);
	const struct netaddr proxy = { .kind = NETADDR_UNIX };
	enum admission a = ADMITTED;

	if (service->limits) a = limits_enter(service->limits, is_proxy ? &proxy : peer);
	if (a == ADMITTED) {
		conn_start(p->loop, fd, peer, is_proxy, service);
		return;
	}
	service_refuse(service, fd, a);
	close(fd);
}

static void pause_accepting(struct part *p, int error)
{
	const struct service *service = p->listener->service;

	watch_stop(&p->watch);
	timer_set(p->loop, &p->pause, loop_now_ms(p->loop) + LISTENER_PAUSE_MS);
	if (service->trouble) service->trouble(service->context, strerrordesc_np(error));
}

/* False: there is nothing more to accept for now. */
static bool accept_one(struct part *p)
{
	struct sockaddr_storage from = { .ss_family = AF_UNSPEC };
	socklen_t n = sizeof(from);
	int fd = accept4(p->fd, (struct sockaddr *)&from, &n,
			 SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct netaddr peer;

	if (fd >= 0) {
		peer = netaddr_of_sockaddr((struct sockaddr *)&from);
		admit(p, fd, &peer);
		return true;
	}
	if (is_peers_fault(errno)) return true;
	if (errno != EAGAIN && errno != EWOULDBLOCK) pause_accepting(p, errno);
	return false;
}

static void accept_ready(struct watch *w, unsigned)
{
	struct part *p = LIST_ENTRY(w, struct part, watch);

	for (int i = 0; i < LISTENER_BURST; i++)
		if (!accept_one(p)) return;
}

static void pause_over(struct timer *t)
{
	struct part *p = LIST_ENTRY(t, struct part, pause);

	if (!watch_start(p->loop, &p->watch, p->fd, WATCH_READ))
		pause_accepting(p, errno);
}

/* ---- a part's life ---- */

static void part_stop(struct part *p)
{
	if (p->fd < 0) return;
	timer_cancel(p->loop, &p->pause);
	watch_stop(&p->watch);
	close(p->fd);
	p->fd = -1;
	loop_leave(&p->resident);
}

static void part_leave(struct resident *r, bool)
{
	part_stop(LIST_ENTRY(r, struct part, resident));
}

static void part_start(struct task *t)
{
	struct part *p = LIST_ENTRY(t, struct part, start);

	if (loop_is_stopping(p->loop)) {
		part_stop(p);
		return;
	}
	loop_enter(p->loop, &p->resident);
	if (!watch_start(p->loop, &p->watch, p->fd, WATCH_READ))
		pause_accepting(p, errno);
}

/* The path goes with the lock still held, so it cannot be a successor's. */
static void listener_free(struct listener *l)
{
	if (l->lock_fd >= 0) {
		unlink(l->endpoint.path);
		close(l->lock_fd);
	}
	free(l);
}

static void part_close(struct task *t)
{
	struct part *p = LIST_ENTRY(t, struct part, close);
	struct listener *l = p->listener;

	part_stop(p);
	if (atomic_fetch_sub(&l->parts_left, 1) == 1) listener_free(l);
}

/* ---- opening and closing ---- */

static struct listener *listener_new(const struct endpoint *e,
				     const struct listener_setup *setup, size_t parts)
{
	struct listener *l = calloc(1, sizeof(*l) + parts * sizeof(struct part));

	assert(l && setup->loop_count > 0);
	l->service = setup->service;
	l->endpoint = *e;
	endpoint_text(e, l->text);
	l->lock_fd = -1;
	l->part_count = parts;
	atomic_init(&l->parts_left, parts);
	for (size_t i = 0; i < parts; i++)
		l->parts[i] = (struct part){
			.listener = l,
			.loop = setup->loops[i % setup->loop_count],
			.fd = -1,
			.resident.leave = part_leave,
			.watch.ready = accept_ready,
			.pause.fire = pause_over,
			.start.run = part_start,
			.close.run = part_close,
		};
	return l;
}

/* Gives each part a socket, sharing those there are. */
static bool give_sockets(struct listener *l, const int *fds, size_t count)
{
	for (size_t i = 0; i < l->part_count; i++) {
		l->parts[i].fd =
			i < count ? fds[i] : fcntl(fds[i % count], F_DUPFD_CLOEXEC, 0);
		if (l->parts[i].fd < 0) return false;
	}
	return true;
}

/* Closes the duplicates; the sockets given stay the giver's. */
static struct listener *abandon(struct listener *l, size_t given, struct buf *fault)
{
	buf_addf(fault, "%s: %s", l->text, strerrordesc_np(errno));
	for (size_t i = given; i < l->part_count; i++)
		if (l->parts[i].fd >= 0) close(l->parts[i].fd);
	listener_free(l);
	return NULL;
}

static struct listener *begin(struct listener *l, const int *fds, size_t count,
			      struct buf *fault)
{
	if (!give_sockets(l, fds, count)) return abandon(l, count, fault);
	for (size_t i = 0; i < l->part_count; i++)
		loop_post(l->parts[i].loop, &l->parts[i].start);
	return l;
}

static struct listener *open_unix(const struct endpoint *at,
				  const struct listener_setup *setup, struct buf *fault)
{
	int fd, lock;
	struct listener *l;

	if (!bind_unix(at, setup->unix_mode, &fd, &lock, fault)) return NULL;
	l = listener_new(at, setup, setup->loop_count);
	l->lock_fd = lock;
	l = begin(l, &fd, 1, fault);
	if (!l) close(fd);
	return l;
}

struct listener *listener_open(const struct endpoint *at,
			       const struct listener_setup *setup, struct buf *fault)
{
	struct endpoint bound = *at;
	struct listener *l = NULL;
	int *fds;

	if (at->address.kind == NETADDR_UNIX) return open_unix(at, setup, fault);
	fds = calloc(setup->loop_count, sizeof(*fds));
	assert(fds);
	if (bind_tcp(&bound, fds, setup->loop_count, fault)) {
		l = listener_new(&bound, setup, setup->loop_count);
		l = begin(l, fds, setup->loop_count, fault); /* shares none: succeeds */
	}
	free(fds);
	return l;
}

/* What an inherited socket is bound to; false when it does not listen. */
static bool learn_endpoint(int fd, struct endpoint *ret)
{
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	struct endpoint e = { 0 };
	static const uint8_t zeros[sizeof(e.address.ip)];
	socklen_t n = sizeof(address), flag_n = sizeof(int);
	int listens = 0, on = 1;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &flag_n) != 0 ||
	    !listens || getsockname(fd, (struct sockaddr *)&address, &n) != 0)
		return false;
	e.address = netaddr_of_sockaddr((struct sockaddr *)&address);
	e.any = memcmp(e.address.ip, zeros, sizeof(zeros)) == 0;
	if (e.address.kind == NETADDR_UNIX)
		snprintf(e.path, sizeof(e.path), "%.*s", ENDPOINT_PATH_MAX,
			 ((struct sockaddr_un *)&address)->sun_path);
	else
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	*ret = e;
	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0 &&
	       fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

struct listener *listener_adopt(const int *fds, size_t count,
				const struct listener_setup *setup, struct buf *fault)
{
	struct endpoint e = { 0 };

	assert(count > 0);
	size_t parts = count > setup->loop_count ? count : setup->loop_count;

	for (size_t i = 0; i < count; i++)
		if (!learn_endpoint(fds[i], &e)) {
			buf_addf(fault, "descriptor %d: is no listening socket", fds[i]);
			return NULL;
		}
	return begin(listener_new(&e, setup, parts), fds, count, fault);
}

slice listener_text(const struct listener *l)
{
	return slice_of(l->text);
}

const struct endpoint *listener_endpoint(const struct listener *l)
{
	return &l->endpoint;
}

void listener_close(struct listener *l)
{
	size_t parts = l ? l->part_count : 0;

	/* With the last post l may be gone. */
	for (size_t i = 0; i < parts; i++)
		loop_post(l->parts[i].loop, &l->parts[i].close);
}
