#include "dns/fake_test.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/test.h"
#include "dns/child.h"

enum { PATIENCE_MS = 10'000 };

static char verb[] = "fake-resolver", program[] = "/proc/self/exe";
static char *const command[] = { program, verb, NULL };

/* ---- the resolver ---- */

static bool is_for(const struct frame *f, const char *label)
{
	return slice_starts(f->question.name, slice_of(label));
}

static void reply(struct buf *out, const struct frame *f)
{
	static char big[FAKE_BIG];
	char pid[20];
	struct dns_record r = { .data = S("\xc0\0\2\1") };
	struct dns_answer a = {
		.status = DNS_FOUND, .ttl = 300, .records = &r, .count = 1
	};

	snprintf(pid, sizeof(pid), "%d", getpid());
	if (is_for(f, "pid")) {
		a.ttl = 0;
		r.data = slice_of(pid);
	} else if (is_for(f, "big")) {
		r.data = (slice){ big, sizeof(big) };
	} else if (is_for(f, "gone")) {
		a = (struct dns_answer){ .status = DNS_NO_NAME, .ttl = 60 };
	}
	frame_add_answer(out, f->id, &a);
}

static void take(struct buf *out, const struct frame *f)
{
	if (f->type != FRAME_QUESTION || is_for(f, "silent")) return;
	if (is_for(f, "die")) _exit(0);
	if (is_for(f, "bad"))
		buf_add(out, S("\0\0\0\1\xff"));
	else
		reply(out, f);
}

static void send_all(struct buf *out)
{
	struct pollfd p = { .fd = PROCESS_SOCKET, .events = POLLOUT };

	while (out->n > 0 && poll(&p, 1, -1) > 0) {
		slice bytes = buf_slice(out);
		ssize_t n = send(PROCESS_SOCKET, bytes.p, bytes.n, MSG_NOSIGNAL);

		if (n < 0) _exit(0);
		buf_drop(out, (size_t)n);
	}
}

static void serve(void)
{
	struct pollfd p = { .fd = PROCESS_SOCKET, .events = POLLIN };
	struct buf in = { .max = 2 * FRAME_MAX }, out = { .max = 16 * FRAME_MAX };
	struct arena none = { .max = 0 };
	struct frame f;

	while (poll(&p, 1, -1) > 0) {
		ssize_t n = recv(PROCESS_SOCKET, buf_reserve(&in, 4096), 4096, 0);

		if (n <= 0) _exit(0);
		buf_commit(&in, (size_t)n);
		slice rest = buf_slice(&in);
		while (frame_take(&rest, &none, &f) == TAKEN) {
			take(&out, &f);
			send_all(&out);
		}
		buf_drop(&in, in.n - rest.n);
	}
}

/* Before main, which knows nothing of it. */
__attribute__((constructor)) static void be_the_resolver(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], verb) == 0) serve();
}

/* ---- asking it ---- */

void wait_until(_Atomic int *counter, int n)
{
	for (int i = 0; i < PATIENCE_MS && *counter != n; i++)
		usleep(1000);
	CHECK_INT(*counter, n);
}

void fake_start(struct fake *f)
{
	CLEANUP(buf_done) struct buf fault = { .max = 1000 };
	const struct dns_settings s = { .mode = DNS_FORWARD };

	f->loop = loop_new();
	CHECK(f->loop && loop_start(f->loop));
	f->dns = dns_new(&s, command, &fault);
	CHECK(f->dns);
}

void fake_stop(struct fake *f)
{
	loop_stop(f->loop, 0);
	loop_join(f->loop);
	dns_free(f->dns);
	loop_free(f->loop);
}

static void answered(struct dns_query *q, const struct dns_answer *answer)
{
	struct asked *a = LIST_ENTRY(q, struct asked, query);

	a->answer = dns_answer_clone(answer);
	a->done = 1;
}

static void start(struct task *t)
{
	struct asked *a = LIST_ENTRY(t, struct asked, start);

	dns_ask(a->dns, &a->query);
}

void asked_start(struct fake *f, struct asked *a, enum dns_type type, const char *name,
		 int64_t wait_ms)
{
	*a = (struct asked){ .dns = f->dns, .start.run = start };
	a->query.question = (struct dns_question){ type, slice_of(name) };
	a->query.loop = f->loop;
	a->query.deadline_ms = wait_ms ? clock_monotonic_ms() + wait_ms : 0;
	a->query.answered = answered;
	loop_post(f->loop, &a->start);
}

struct dns_answer *asked_wait(struct asked *a)
{
	wait_until(&a->done, 1);
	return a->answer;
}

struct dns_answer *fake_ask(struct fake *f, enum dns_type type, const char *name,
			    int64_t wait_ms)
{
	struct asked a;

	asked_start(f, &a, type, name, wait_ms);
	return asked_wait(&a);
}
