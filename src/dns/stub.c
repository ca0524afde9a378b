/*
 * stub.c - asks trusted servers and believes their AD bit (RFC 6840 5.7, 5.8)
 *
 *   WAITING  until one of the STUB_OPEN_MAX sockets is free
 *   UDP      asked over a socket of its own, so from a random port
 *   TCP      the same server again, for its answer was truncated (RFC 7766 5)
 *
 * A server that is silent for TRY_MS, or says what cannot be used, has failed
 * this time: the next one is asked, TRIES in all. A datagram that does not
 * answer the question (its id, its name) is ignored.
 */
#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/list.h"
#include "base/random.h"
#include "dns/upstream.h"
#include "dns/wire.h"

enum {
	STUB_OPEN_MAX = 256,
	TRY_MS = 1200,
	TRIES = 4, /* within DNS_QUESTION_MS */
	PORT = 53,
	TCP_LENGTH = 2, /* octets before a message (RFC 1035 4.2.2) */
	UDP_MAX = 4096, /* more than we say we take */
	RCODE_MASK = 15,
	RCODE_NXDOMAIN = 3,
};

struct stub {
	struct upstream upstream;
	struct event_base *base;
	struct netaddr servers[DNS_SERVERS_MAX];
	size_t server_count;
	struct list_link waiting; /* struct inquiry */
	unsigned open;
};

struct inquiry {
	struct list_link link;
	struct stub *stub;
	struct lookup *lookup;
	unsigned tries;
	uint16_t id;
	int fd; /* -1: none */
	struct event *event;
	struct buf out, in; /* of TCP */
};

static void try_next(struct inquiry *q);

/* ---- sockets ---- */

static void close_socket(struct inquiry *q)
{
	if (q->event) event_free(q->event);
	q->event = NULL;
	if (q->fd >= 0) close(q->fd);
	q->fd = -1;
	buf_done(&q->in);
	buf_done(&q->out);
}

/* The kernel picks the source port, and lets in nobody else's datagrams. */
static bool open_socket(struct inquiry *q, int type, short events,
			event_callback_fn callback)
{
	struct netaddr server = q->stub->servers[(q->tries - 1) % q->stub->server_count];
	const struct timeval patience = { .tv_sec = TRY_MS / 1000,
					  .tv_usec = TRY_MS % 1000 * 1000L };
	struct sockaddr_storage to;
	socklen_t n;

	if (server.port == 0) server.port = PORT;
	n = netaddr_to_sockaddr(&server, &to);
	q->fd = socket(to.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (q->fd < 0) return false;
	(void)connect(q->fd, (struct sockaddr *)&to,
		      n); /* a failure shows at the next call */
	q->event = event_new(q->stub->base, q->fd, events, callback, q);
	return q->event && event_add(q->event, &patience) == 0;
}

static size_t write_question(struct inquiry *q, uint8_t room[static WIRE_QUERY_MAX])
{
	random_bytes(&q->id, sizeof(q->id));
	return wire_write_query(room, q->id, &q->lookup->name, q->lookup->type);
}

/* ---- the end of a question ---- */

static void start_next(struct stub *s);

static void finish(struct inquiry *q, enum security security, slice message)
{
	struct stub *s = q->stub;

	q->lookup->done(q->lookup, security, message);
	close_socket(q);
	free(q);
	s->open--;
	start_next(s);
}

static bool is_usable(uint16_t flags)
{
	unsigned rcode = flags & RCODE_MASK;

	return rcode == 0 || rcode == RCODE_NXDOMAIN;
}

static bool answers(const struct inquiry *q, slice message)
{
	return wire_answers(message, q->id, &q->lookup->name, q->lookup->type);
}

static void fail(struct inquiry *q)
{
	close_socket(q);
	try_next(q);
}

/* A whole message. */
static void judge(struct inquiry *q, slice message)
{
	uint16_t flags = wire_flags(message);

	if (answers(q, message) && is_usable(flags))
		finish(q, flags & WIRE_AD ? SECURE : INSECURE, message);
	else
		fail(q);
}

/* ---- TCP ---- */

static bool send_rest(struct inquiry *q)
{
	slice bytes = buf_slice(&q->out);
	ssize_t n = send(q->fd, bytes.p, bytes.n, MSG_NOSIGNAL);

	if (n < 0) return false;
	buf_drop(&q->out, (size_t)n);
	return true;
}

/* False: it ended or failed before there was a whole message. */
static bool receive_more(struct inquiry *q)
{
	enum { ROOM = 16 * 1024 };
	char *to = buf_reserve(&q->in, ROOM);
	ssize_t n = to ? recv(q->fd, to, ROOM, 0) : -1;

	if (n <= 0) return false;
	buf_commit(&q->in, (size_t)n);
	return true;
}

static bool has_message(const struct inquiry *q, slice *ret)
{
	slice in = buf_slice(&q->in);
	size_t n;

	if (in.n < TCP_LENGTH) return false;
	n = (size_t)(uint8_t)in.p[0] << 8 | (uint8_t)in.p[1];
	*ret = slice_head(slice_skip(in, TCP_LENGTH), n);
	return ret->n == n;
}

static void await_tcp(struct inquiry *q, short what);

static void tcp_ready(evutil_socket_t, short what, void *context)
{
	struct inquiry *q = context;
	slice message;

	if (what & EV_TIMEOUT || (q->out.n > 0 ? !send_rest(q) : !receive_more(q)))
		fail(q);
	else if (!has_message(q, &message))
		await_tcp(q, q->out.n > 0 ? EV_WRITE : EV_READ);
	else
		judge(q, message);
}

static void await_tcp(struct inquiry *q, short what)
{
	const struct timeval patience = { .tv_sec = TRY_MS / 1000,
					  .tv_usec = TRY_MS % 1000 * 1000L };

	event_free(q->event);
	q->event = event_new(q->stub->base, q->fd, what, tcp_ready, q);
	if (!q->event || event_add(q->event, &patience) != 0) fail(q);
}

static void ask_by_tcp(struct inquiry *q)
{
	uint8_t room[TCP_LENGTH + WIRE_QUERY_MAX];
	size_t n = write_question(q, room + TCP_LENGTH);

	close_socket(q);
	room[0] = (uint8_t)(n >> 8);
	room[1] = (uint8_t)n;
	buf_init(&q->out, sizeof(room));
	buf_init(&q->in, TCP_LENGTH + 2 * WIRE_MESSAGE_MAX);
	buf_add(&q->out, (slice){ (const char *)room, TCP_LENGTH + n });
	if (!open_socket(q, SOCK_STREAM, EV_WRITE, tcp_ready)) fail(q);
}

/* ---- UDP ---- */

static void udp_ready(evutil_socket_t, short what, void *context)
{
	struct inquiry *q = context;
	char room[UDP_MAX];
	ssize_t n = what & EV_READ ? recv(q->fd, room, sizeof(room), 0) : -1;
	slice message = { room, n > 0 ? (size_t)n : 0 };

	if (n < 0)
		fail(q);
	else if (!answers(q, message))
		return; /* somebody else's; ours may come yet */
	else if (wire_flags(message) & WIRE_TC)
		ask_by_tcp(q);
	else
		judge(q, message);
}

static void try_next(struct inquiry *q)
{
	uint8_t room[WIRE_QUERY_MAX];
	size_t n = write_question(q, room);

	if (q->tries++ == TRIES)
		finish(q, INSECURE, S(""));
	else if (!open_socket(q, SOCK_DGRAM, EV_READ | EV_PERSIST, udp_ready) ||
		 send(q->fd, room, n, MSG_NOSIGNAL) != (ssize_t)n)
		fail(q);
}

/* ---- the queue ---- */

static void start_next(struct stub *s)
{
	struct list_link *first;

	if (s->open >= STUB_OPEN_MAX) return;
	first = list_take_first(&s->waiting);
	if (!first) return;
	s->open++;
	try_next(LIST_ENTRY(first, struct inquiry, link));
}

static void ask(struct upstream *u, struct lookup *l)
{
	struct stub *s = (struct stub *)u;
	struct inquiry *q = calloc(1, sizeof(*q));

	assert(q);
	q->stub = s;
	q->lookup = l;
	q->fd = -1;
	list_add_last(&s->waiting, &q->link);
	start_next(s);
}

struct upstream *stub_new(const struct dns_settings *settings, struct event_base *base,
			  struct buf *fault)
{
	struct stub *s;

	if (settings->server_count == 0) {
		buf_addf(fault, "there is no server to trust");
		return NULL;
	}
	s = calloc(1, sizeof(*s));
	assert(s);
	s->upstream.ask = ask;
	s->base = base;
	memcpy(s->servers, settings->servers, sizeof(s->servers));
	s->server_count = settings->server_count;
	list_init(&s->waiting);
	return &s->upstream;
}
