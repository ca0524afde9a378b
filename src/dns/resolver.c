#include "dns/resolver.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "dns/child.h"
#include "dns/upstream.h"
#include "dns/wire.h"
#include "net/confine.h"
#include "net/process.h"

enum {
	READ_ROOM = 16 * 1024, /* octets */
	FRAME_ARENA_MAX = 2 * DNS_RECORDS_MAX * sizeof(struct dns_record),
};

struct resolver {
	struct event_base *base;
	struct event *readable, *writable;
	struct upstream *upstream;
	struct buf in, out;
};

struct asked {
	struct lookup lookup;
	struct resolver *resolver;
	uint32_t id;
};

/* Whoever uses so much of the processor before this is called again is killed. */
static void restart_stall_clock(void)
{
	const struct itimerval most = { .it_value = { .tv_sec = RESOLVER_STALL_S } };

	setitimer(ITIMER_PROF, &most, NULL);
}

/* ---- the socket ---- */

static void stop(struct resolver *r)
{
	event_base_loopbreak(r->base);
}

static void flush(struct resolver *r)
{
	ssize_t n = 1;

	while (r->out.n > 0 && n > 0) {
		slice bytes = buf_slice(&r->out);

		n = send(PROCESS_SOCKET, bytes.p, bytes.n, MSG_NOSIGNAL);
		if (n > 0) buf_drop(&r->out, (size_t)n);
	}
	if (n > 0) return;
	if (errno == EAGAIN || errno == EINTR)
		event_add(r->writable, NULL);
	else
		stop(r);
}

static void writable(evutil_socket_t, short, void *context)
{
	flush(context);
}

/* An answer that finds no room is not sent; the other side does not wait for ever. */
static void send_answer(struct resolver *r, uint32_t id, const struct dns_answer *a)
{
	bool idle = r->out.n == 0;

	if (frame_add_answer(&r->out, id, a) && idle) flush(r);
}

/* ---- questions ---- */

static struct dns_answer read_answer(const struct asked *q, enum security s,
				     slice message, struct arena *arena)
{
	struct dns_answer a = { .status = DNS_TROUBLE };

	if (s == BOGUS) {
		a.status = DNS_BOGUS;
	} else if (message.n > 0) {
		a = wire_read_answer(message, q->lookup.type, arena);
		a.secure = s == SECURE && a.status != DNS_TROUBLE;
	}
	return a;
}

static void lookup_done(struct lookup *l, enum security s, slice message)
{
	struct asked *q = (struct asked *)l;
	CLEANUP(arena_done) struct arena arena;
	struct dns_answer a;

	restart_stall_clock();
	arena_init(&arena, WIRE_ARENA_MAX);
	a = read_answer(q, s, message, &arena);
	send_answer(q->resolver, q->id, &a);
	free(q);
}

static void take_question(struct resolver *r, const struct frame *f)
{
	static const struct dns_answer no_name = { .status = DNS_NO_NAME };
	struct asked *q = calloc(1, sizeof(*q));

	assert(q);
	q->resolver = r;
	q->id = f->id;
	q->lookup.type = f->question.type;
	q->lookup.done = lookup_done;
	if (name_to_wire(f->question.name, &q->lookup.name)) {
		r->upstream->ask(r->upstream, &q->lookup);
		return;
	}
	send_answer(r, f->id, &no_name);
	free(q);
}

/* One frame off the front of *in; whether there was one. */
static enum taken take_frame(slice *in, enum frame_type wanted, struct frame *ret)
{
	CLEANUP(arena_done) struct arena arena;
	enum taken taken;

	arena_init(&arena,
		   FRAME_ARENA_MAX); /* for answers only, which do not come here */
	taken = frame_take(in, &arena, ret);
	return taken == TAKEN && ret->type != wanted ? BAD : taken;
}

static void take_questions(struct resolver *r)
{
	slice in = buf_slice(&r->in);
	struct frame f;
	enum taken taken;

	while ((taken = take_frame(&in, FRAME_QUESTION, &f)) == TAKEN)
		take_question(r, &f);
	buf_drop(&r->in, r->in.n - in.n);
	if (taken == BAD) stop(r);
}

/* False: the socket ended, or nothing of use can come any more. */
static bool receive(struct resolver *r)
{
	char *to = buf_reserve(&r->in, READ_ROOM);
	ssize_t n = to ? recv(PROCESS_SOCKET, to, READ_ROOM, 0) : 0;

	if (n > 0) buf_commit(&r->in, (size_t)n);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void readable(evutil_socket_t, short, void *context)
{
	struct resolver *r = context;

	restart_stall_clock();
	if (receive(r))
		take_questions(r);
	else
		stop(r);
}

/* ---- life ---- */

/* The mail server is told of these itself, and ends us by the socket. */
static void set_signals(void)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };

	for (size_t i = 0; i < countof(ignored); i++)
		signal(ignored[i], SIG_IGN);
	signal(SIGPROF, SIG_DFL);
}

/* *ret points into r->in, whose first *ret_n octets it was. */
static bool wait_for_settings(struct resolver *r, struct frame *ret, size_t *ret_n)
{
	struct pollfd p = { .fd = PROCESS_SOCKET, .events = POLLIN };
	enum taken taken = PARTIAL;

	while (taken == PARTIAL && poll(&p, 1, -1) >= 0 && receive(r)) {
		slice in = buf_slice(&r->in);

		taken = take_frame(&in, FRAME_SETTINGS, ret);
		*ret_n = r->in.n - in.n;
	}
	return taken == TAKEN;
}

static bool set_events(struct resolver *r)
{
	r->readable =
		event_new(r->base, PROCESS_SOCKET, EV_READ | EV_PERSIST, readable, r);
	r->writable = event_new(r->base, PROCESS_SOCKET, EV_WRITE, writable, r);
	return r->readable && r->writable && event_add(r->readable, NULL) == 0;
}

static bool set_up(struct resolver *r)
{
	CLEANUP(buf_done) struct buf fault = { .max = 1000 };
	struct frame f;
	size_t n;

	if (!wait_for_settings(r, &f, &n)) return false;
	r->upstream = f.settings.mode == DNS_TRUST_AD
			      ? stub_new(&f.settings, r->base, &fault)
			      : unbound_new(&f.settings, r->base, &fault);
	buf_drop(&r->in, n);
	if (!r->upstream)
		log_event(LOG_ERROR, "resolver.fault", LOG_STR("why", buf_slice(&fault)));
	return r->upstream;
}

void resolver_main(void)
{
	static const struct confinement confinement = { .files = RESOLVER_FILES,
							.memory = RESOLVER_MEMORY };
	static struct resolver r;

	set_signals();
	buf_init(&r.in, FRAME_MAX + READ_ROOM);
	buf_init(&r.out, RESOLVER_OUT_MAX);
	r.base = event_base_new();
	if (!r.base || !set_up(&r) || !confine(&confinement) || !set_events(&r))
		_exit(EXIT_FAILURE);
	take_questions(&r);
	event_base_dispatch(r.base);
	_exit(EXIT_SUCCESS);
}
