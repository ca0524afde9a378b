#include "net/conn.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/test.h"
#include "net/fixture_test.h"
#include "net/pace.h"

TEST(conn_answers_pipelined_lines_in_order)
{
	struct fixture f = { 0 };

	fixture_start(&f);
	struct client c = client_connect(&f);
	client_expect(&c, "hello\r\n");
	client_send(&c,
		    S("ECHO a\r\nJOB\r\nECHO b\r\nHOST\r\nECHO c\r\nBIG 3\r\nQUIT\r\n"));
	client_expect(&c, "a\r\njob\r\nb\r\nhost\r\nc\r\nxxx\r\nbye\r\n");
	client_expect_end(&c);
	client_close(&c);
	fixture_wait(&f.closed, 1);
	CHECK_SLICE(slice_of(f.why), S("closed"));
	fixture_stop(&f, 0);
}

/* However the network cuts the bytes, the replies must be the same. */
TEST(conn_takes_single_octets)
{
	struct fixture f = { 0 };
	slice text = S("ECHO one\r\nJOB\r\nECHO two\r\n");

	fixture_start(&f);
	struct client c = client_connect(&f);
	client_expect(&c, "hello\r\n");
	for (size_t i = 0; i < text.n; i++) {
		client_send(&c, (slice){ text.p + i, 1 });
		if (i % 8 == 0) usleep(500);
	}
	client_expect(&c, "one\r\njob\r\ntwo\r\n");
	client_close(&c);
	fixture_stop(&f, 0);
}

/* A line longer than what is read at once is put together; too long a one goes. */
TEST(conn_holds_long_lines)
{
	struct fixture f = { 0 };
	size_t n = 90'000;
	char *line = malloc(n), *got = malloc(n);

	memset(line, 'y', n);
	memcpy(line, "ECHO ", 5);
	memcpy(line + n - 2, "\r\n", 2);
	fixture_start(&f);
	struct client c = client_connect(&f);
	client_expect(&c, "hello\r\n");
	client_send(&c, (slice){ line, n });
	for (size_t at = 0; at < n - 5;)
		at += client_read(&c, got + at, n - 5 - at);
	CHECK(memcmp(got, line + 5, n - 5) == 0);
	client_close(&c);
	fixture_stop(&f, 0);
	free(line);
	free(got);
}

/* A peer that asks and does not read makes the server neither keep all the answers
 * nor read on; when it reads after all, everything is there. */
TEST(conn_waits_for_a_peer_that_does_not_read)
{
	struct fixture f = { 0 };
	size_t total = 20 * 1024 * 1024, n = 0, more;
	char *block = malloc(65536);

	fixture_start(&f);
	struct client c = client_connect(&f);
	client_expect(&c, "hello\r\n");
	client_send(&c, S("BIG 20971520\r\nECHO next\r\n"));
	usleep(50'000);
	while (n < total + 2 &&
	       (more = client_read(&c, block,
				   total + 2 - n < 65536 ? total + 2 - n : 65536)) > 0)
		n += more;
	CHECK_INT(n, total + 2);
	client_expect(&c, "next\r\n");
	client_close(&c);
	fixture_stop(&f, 0);
	free(block);
}

TEST(conn_gives_up_on_a_peer_that_never_reads)
{
	struct fixture f = { .service.write_ms = 30 };

	fixture_start(&f);
	struct client c = client_connect(&f);
	client_send(&c, S("BIG 90000000\r\n"));
	fixture_wait(&f.closed, 1);
	CHECK_SLICE(slice_of(f.why), S("the peer does not read"));
	client_close(&c);
	fixture_stop(&f, 0);
}

TEST(conn_tells_the_end_of_input)
{
	struct fixture f = { 0 };

	fixture_start(&f);
	struct client c = client_connect(&f);
	client_send(&c, S("ECHO a\r\nJOB\r\nECHO b\r\nhalf a li"));
	client_half_close(&c);
	client_expect(&c, "hello\r\na\r\njob\r\nb\r\nend\r\n");
	client_expect_end(&c);
	client_close(&c);
	fixture_stop(&f, 0);
}

TEST(conn_ends_silence)
{
	struct fixture f = { .timeout_ms = 30 };

	fixture_start(&f);
	struct client c = client_connect(&f);
	client_expect(&c, "hello\r\nslow\r\n");
	client_expect_end(&c);
	client_close(&c);
	fixture_stop(&f, 0);
}

/* A line must be whole in time; single octets of it win none. */
TEST(conn_ends_a_dripped_line)
{
	struct fixture f = { .timeout_ms = 40 };
	char octet;
	int sent = 0;

	fixture_start(&f);
	struct client c = client_connect(&f);
	client_expect(&c, "hello\r\n");
	while (recv(c.fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && sent++ < 500) {
		client_send(&c, S("x"));
		usleep(10'000);
	}
	CHECK(sent < 500);
	client_expect(&c, "slow\r\n");
	client_close(&c);
	fixture_stop(&f, 0);
}

TEST(pace_demands_a_least_rate)
{
	struct pace p;

	pace_restart(&p, 1000);
	CHECK_INT(pace_deadline(&p, 500), 1500);
	pace_moved(&p, 1400, 1); /* hardly anything */
	CHECK(pace_deadline(&p, 500) < 1510);
	pace_moved(&p, 1450, PACE_MIN_RATE); /* a second's worth, but silence counts */
	CHECK_INT(pace_deadline(&p, 500), 1950);
}

TEST(conn_survives_a_peer_reset_while_its_job_runs)
{
	struct fixture f = { 0 };
	struct linger hard = { .l_onoff = 1 };

	fixture_start(&f);
	pthread_mutex_lock(&f.gate);
	struct client c = client_connect(&f);
	client_expect(&c, "hello\r\n");
	client_send(&c, S("SLOW\r\nECHO never\r\n"));
	usleep(10'000);
	setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	client_close(&c);
	usleep(10'000);
	CHECK_INT(f.closed, 0);
	pthread_mutex_unlock(&f.gate);
	fixture_wait(&f.closed, 1);
	fixture_stop(&f, 0);
}

TEST(conn_stops_cleanly)
{
	struct fixture f = { 0 };

	fixture_start(&f);
	pthread_mutex_lock(&f.gate);
	struct client idle = client_connect(&f), busy = client_connect(&f);
	client_expect(&idle, "hello\r\n");
	client_expect(&busy, "hello\r\n");
	client_send(&busy, S("SLOW\r\n"));
	usleep(10'000);
	loop_stop(f.loops[0], 60'000);
	client_expect(&idle, "stopping\r\n");
	client_expect_end(&idle);
	client_close(&idle);
	pthread_mutex_unlock(&f.gate);
	client_expect(&busy, "job\r\n");
	fixture_stop(&f, 20); /* busy never leaves by itself */
	CHECK_SLICE(slice_of(f.why), S("the server stops"));
	client_close(&busy);
}

static void change_last(struct task *t);

struct change {
	struct task task;
	struct fixture *fixture;
	bool close;
};

static void change_last(struct task *t)
{
	struct change *change = (struct change *)t;

	if (change->close)
		conn_close(change->fixture->last_conn, "killed");
	else
		conn_changed(change->fixture->last_conn);
}

TEST(conn_is_told_of_changes_and_closed_from_outside)
{
	struct fixture f = { 0 };
	struct change change = { { .run = change_last }, &f, false };
	struct change kill = { { .run = change_last }, &f, true };

	fixture_start(&f);
	struct client c = client_connect(&f);
	client_expect(&c, "hello\r\n");
	loop_post(f.loops[0], &change.task);
	client_expect(&c, "changed\r\n");
	loop_post(f.loops[0], &kill.task);
	client_expect_end(&c);
	client_close(&c);
	fixture_stop(&f, 0);
	CHECK_SLICE(slice_of(f.why), S("killed"));
}

/* What the peer still sends must not destroy the good-bye by a reset. */
TEST(conn_lingers_until_the_peer_has_read)
{
	struct fixture f = { 0 };
	char junk[10'000];

	memset(junk, 'j', sizeof(junk));
	fixture_start(&f);
	struct client c = client_connect(&f);
	client_send(&c, S("QUIT\r\n"));
	for (int i = 0; i < 20; i++) {
		client_send(&c, (slice){ junk, sizeof(junk) });
		usleep(200);
	}
	client_expect(&c, "hello\r\nbye\r\n");
	client_expect_end(&c);
	client_close(&c);
	fixture_stop(&f, 0);
}
