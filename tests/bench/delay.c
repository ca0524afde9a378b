/*
 * delay - a TCP relay that holds each octet back for a while, as a long wire does
 *
 *   delay HOST:PORT HOST:PORT MILLISECONDS
 *
 * Listens at the first address, connects to the second for each that comes, and passes on
 * what is said in either direction, that much later. For kernels that cannot do it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

enum { PIECE_MAX = 64 * 1024, EVENTS = 64, DESCRIPTORS_MAX = 4096, BACKLOG = 1000 };

struct piece {
	struct piece *next;
	double due;
	size_t n; /* 0: the end */
	char octets[];
};

/* What comes from one socket and goes to another. */
static struct flow {
	int to;
	struct piece *first, **last;
} flows[DESCRIPTORS_MAX]; /* by the socket it comes from */

static int poll_fd;
static double held_for;

static struct sockaddr_in address_of(char *host_port)
{
	char *colon = strchr(host_port, ':');
	struct sockaddr_in a = { .sin_family = AF_INET };

	if (!colon) refused("not HOST:PORT", host_port, strlen(host_port));
	*colon = '\0';
	a.sin_port = htons((uint16_t)number_of(colon + 1));
	if (inet_pton(AF_INET, host_port, &a.sin_addr) != 1) die(host_port);
	return a;
}

static void watch(int fd, int to)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };
	int one = 1;

	if (fd >= DESCRIPTORS_MAX) die("too many connections");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	flows[fd] = (struct flow){ .to = to, .last = &flows[fd].first };
	if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &e)) die("epoll");
}

static void take_connection(int listener, const struct sockaddr_in *target)
{
	int near = accept(listener, NULL, NULL), far = socket(AF_INET, SOCK_STREAM, 0);

	if (near < 0 || far < 0) die("accept");
	if (connect(far, (const struct sockaddr *)target, sizeof(*target))) {
		close(near);
		close(far);
		return;
	}
	watch(near, far);
	watch(far, near);
}

static void hold(int from)
{
	struct flow *f = &flows[from];
	struct piece *p = malloc(sizeof(*p) + PIECE_MAX);
	ssize_t n = recv(from, p->octets, PIECE_MAX, 0);

	*p = (struct piece){ .due = seconds() + held_for, .n = n > 0 ? (size_t)n : 0 };
	*f->last = p;
	f->last = &p->next;
	if (n <= 0) epoll_ctl(poll_fd, EPOLL_CTL_DEL, from, NULL);
}

static void pass_on(int to, const struct piece *p)
{
	for (size_t sent = 0; sent < p->n;) {
		ssize_t n = send(to, p->octets + sent, p->n - sent, MSG_NOSIGNAL);

		if (n <= 0) return; /* the other side will hear of it by itself */
		sent += (size_t)n;
	}
	if (!p->n) shutdown(to, SHUT_WR);
}

static bool has_ended(const struct flow *f)
{
	return f->to < 0;
}

/* Both directions have ended: the sockets go. */
static void end_flow(int from)
{
	int to = flows[from].to;

	flows[from].to = -1;
	if (!has_ended(&flows[to])) return;
	close(from);
	close(to);
}

/* Passes on what is due; returns when the next piece will be, or 0. */
static double release(double now)
{
	double next = 0;

	for (int from = 0; from < DESCRIPTORS_MAX; from++) {
		struct flow *f = &flows[from];

		while (f->first && f->first->due <= now) {
			struct piece *p = f->first;

			f->first = p->next;
			if (!f->first) f->last = &f->first;
			pass_on(f->to, p);
			if (!p->n) end_flow(from);
			free(p);
		}
		if (f->first && (!next || f->first->due < next)) next = f->first->due;
	}
	return next;
}

static void wait_for_more(int listener, const struct sockaddr_in *target, double next)
{
	struct epoll_event events[EVENTS];
	double left = next ? next - seconds() : 1;
	struct timespec time = { .tv_sec = left >= 1, .tv_nsec = 0 };

	if (left < 1) time.tv_nsec = left > 0 ? (long)(left * 1e9) : 0;
	int n = epoll_pwait2(poll_fd, events, EVENTS, &time, NULL);

	if (n < 0 && errno != EINTR) die("epoll");
	for (int i = 0; i < n; i++)
		if (events[i].data.fd == listener)
			take_connection(listener, target);
		else
			hold(events[i].data.fd);
}

int main(int argc, char **argv)
{
	int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);

	if (argc != 4) die("usage: delay HOST:PORT HOST:PORT MILLISECONDS");
	struct sockaddr_in here = address_of(argv[1]), target = address_of(argv[2]);

	held_for = number_of(argv[3]) / 1e3;
	poll_fd = epoll_create1(0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&here, sizeof(here)) ||
	    listen(listener, BACKLOG))
		die("listen");
	watch(listener, -1);
	for (;;)
		wait_for_more(listener, &target, release(seconds()));
}
