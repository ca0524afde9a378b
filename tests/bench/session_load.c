/*
 * session_load - IMAP sessions that only begin, or only wait
 *
 *   session_load HOST:PORT PASSWORD USER[,USER...] logins CONNECTIONS COUNT
 *   session_load HOST:PORT PASSWORD USER[,USER...] idle|idle-tls COUNT
 *
 * logins: connect, LOGIN, LOGOUT, COUNT times; prints `COUNT SECONDS`. idle: opens
 * COUNT sessions, each logged in, INBOX selected, in IDLE (RFC 2177); prints `ready`
 * and keeps them until the standard input ends. Users are taken in turn.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

enum { USERS_MAX = 1000 };

static struct {
	const char *password;
	char *users[USERS_MAX];
	uint32_t user_count, count;
} job;

static _Atomic uint32_t next_login;

static void login(struct link *l, uint32_t number, bool with_tls)
{
	link_open(l, with_tls);
	link_expect(l, "* ", "OK");
	link_say(l, "a LOGIN %s %s\r\n", job.users[number % job.user_count],
		 job.password);
	link_expect(l, "a ", "OK");
}

static void *run_logins(void *)
{
	uint32_t number;

	while ((number = next_login++) < job.count) {
		struct link l;

		login(&l, number, false);
		link_say(&l, "b LOGOUT\r\n");
		link_expect(&l, "b ", "OK");
		link_close(&l);
	}
	return NULL;
}

static void measure_logins(uint32_t connections)
{
	double begin = seconds();

	run_threads(connections, run_logins, NULL);
	printf("%u %.4f\n", job.count, seconds() - begin);
}

static void hold_idle(bool with_tls)
{
	struct link *links = calloc(job.count, sizeof(*links));

	for (uint32_t i = 0; i < job.count; i++) {
		login(&links[i], i, with_tls);
		link_say(&links[i], "b SELECT INBOX\r\n");
		link_expect(&links[i], "b ", "OK");
		link_say(&links[i], "c IDLE\r\n");
		link_expect(&links[i], "", "+ ");
	}
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		continue;
	for (uint32_t i = 0; i < job.count; i++)
		link_close(&links[i]);
	free(links);
}

int main(int argc, char **argv)
{
	if (argc < 6) {
		fprintf(stderr,
			"usage: session_load HOST:PORT PASSWORD USER[,USER...] "
			"logins CONNECTIONS COUNT | idle COUNT | idle-tls COUNT\n");
		return 2;
	}
	link_set_server(argv[1]);
	job.password = argv[2];
	job.user_count = split_list(argv[3], job.users, USERS_MAX);
	job.count = number_of(argv[argc - 1]);
	if (strcmp(argv[4], "logins") == 0)
		measure_logins(number_of(argv[5]));
	else
		hold_idle(strcmp(argv[4], "idle-tls") == 0);
	return 0;
}
