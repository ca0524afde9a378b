#include "fetch/fetch.h"

#include <errno.h>
#include <string.h>

#include "base/container.h"

enum { ENVELOPE_MAX = 16 * 1024 }; /* octets of a row beside its body */

static void serve(struct fetches *all);

/* ---- the end ---- */

static void end(struct fetch *f, const struct fetch_answer *a)
{
	struct fetches *all = f->all;
	struct buf in = f->in;

	all->running_count--;
	list_remove(&f->link);
	timer_cancel(all->loop, &f->deadline);
	watch_stop(&f->watch);
	if (f->process.pid) process_end(&f->process, NULL);
	buf_wipe(&f->out); /* it may have held a secret */
	f->done(f, a);
	buf_done(&in);
	serve(all);
}

static void fail(struct fetch *f, const char *why)
{
	end(f, &(struct fetch_answer){ .fault = slice_of(why) });
}

static void too_late(struct timer *t)
{
	fail(CONTAINER_OF(t, struct fetch, deadline), "it takes too long");
}

/* ---- the conversation ---- */

/* False: the fetch is over. */
static bool receive(struct fetch *f)
{
	struct fetch_answer a;
	enum fetch_reading reading = FETCH_PARTIAL;

	while (reading == FETCH_PARTIAL) {
		char *to = buf_reserve(&f->in, LOOP_SCRATCH);
		ssize_t n = to ? sock_read(&f->sock, to, LOOP_SCRATCH) : IO_FAILED;

		if (n == IO_AGAIN) return true;
		if (n <= 0) break;
		buf_commit(&f->in, (size_t)n);
		reading = fetch_answer_read(buf_slice(&f->in), &a);
	}
	if (reading == FETCH_READ)
		end(f, &a);
	else
		fail(f, "the fetching process failed");
	return false;
}

static void flush(struct fetch *f)
{
	ssize_t n = 1;

	while (f->out.n > 0 && n > 0) {
		n = sock_write(&f->sock, buf_slice(&f->out));
		if (n > 0) buf_drop(&f->out, (size_t)n);
	}
}

static void sock_ready(struct watch *w, unsigned what)
{
	struct fetch *f = CONTAINER_OF(w, struct fetch, watch);

	if (what & WATCH_HANGUP) f->sock.hangup = true;
	if (what & (WATCH_READ | WATCH_HANGUP)) f->sock.can_read = true;
	if (what & WATCH_WRITE) f->sock.can_write = true;
	if (receive(f)) flush(f);
}

/* ---- the beginning ---- */

static const char *begin(struct fetch *f)
{
	unsigned events = WATCH_READ | WATCH_WRITE | WATCH_HANGUP | WATCH_EDGE;
	int fault;

	if (!fetch_request_write(&f->request, &f->out)) return "it is too much to send";
	fault = process_start(&f->process, f->all->command);
	if (fault) return strerrordesc_np(fault);
	f->sock = (struct sock){ .fd = f->process.fd, .can_write = true };
	if (!watch_start(f->all->loop, &f->watch, f->sock.fd, events))
		return strerrordesc_np(errno);
	flush(f);
	return NULL;
}

static void run(struct task *t)
{
	struct fetch *f = CONTAINER_OF(t, struct fetch, task);
	int64_t most = f->request.timeout_ms + FETCH_GRACE_MS;
	const char *fault = f->all->is_stopping ? "the server stops" : begin(f);

	if (fault)
		fail(f, fault);
	else
		timer_set(f->all->loop, &f->deadline, loop_now_ms(f->all->loop) + most);
}

static void serve(struct fetches *all)
{
	while (all->running_count < FETCHES_AT_ONCE && !list_empty(&all->waiting)) {
		struct list_link *first = list_take_first(&all->waiting);
		struct fetch *f = CONTAINER_OF(first, struct fetch, link);

		list_add_last(&all->running, &f->link);
		all->running_count++;
		loop_defer(all->loop, &f->task);
	}
}

void fetch_start(struct fetches *all, struct fetch *f)
{
	f->all = all;
	f->process = (struct process){ 0 };
	f->watch = (struct watch){ .ready = sock_ready };
	f->deadline = (struct timer){ .fire = too_late };
	f->task = (struct task){ .run = run };
	buf_init(&f->in, FETCH_BODY_MAX + ENVELOPE_MAX);
	buf_init(&f->out, FETCH_BODY_MAX + ENVELOPE_MAX);
	list_add_last(&all->waiting, &f->link);
	serve(all);
}

void fetches_stop(struct fetches *all)
{
	all->is_stopping = true;
	LIST_EACH (&all->running, l) {
		struct fetch *f = CONTAINER_OF(l, struct fetch, link);

		if (f->process.pid)
			timer_set(all->loop, &f->deadline, loop_now_ms(all->loop));
	}
}

void fetches_init(struct fetches *all, struct loop *loop, char *const *command)
{
	static char program[] = "/proc/self/exe", verb[] = "fetcher";
	static char *const own[] = { program, verb, NULL };

	*all = (struct fetches){ .loop = loop, .command = command ? command : own };
	list_init(&all->waiting);
	list_init(&all->running);
}
