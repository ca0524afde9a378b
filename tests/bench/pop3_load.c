/*
 * pop3_load - reads a whole maildrop by POP3, and says how fast that was
 *
 *   pop3_load HOST:PORT USER PASSWORD DEPTH
 *
 * RETR of every message, DEPTH of them on their way at a time (RFC 2449 6.6).
 * Prints `MESSAGES SECONDS OCTETS`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

/* STAT's first number (RFC 1939 5). */
static uint32_t count_messages(struct link *l)
{
	uint32_t count;
	size_t n;
	const char *line;

	link_say(l, "STAT\r\n");
	line = link_line(l, &n);
	if (sscanf(line, "+OK %u ", &count) != 1) refused("STAT", line, n);
	return count;
}

/* An answer up to its line of one dot; returns its octets. */
static size_t read_message(struct link *l)
{
	size_t n, octets = 0;
	const char *line = link_line(l, &n);

	if (line[0] != '+') refused("RETR", line, n);
	do {
		line = link_line(l, &n);
		octets += n;
	} while (n != 3 || line[0] != '.');
	return octets - n;
}

int main(int argc, char **argv)
{
	struct link l;
	size_t octets = 0;

	if (argc != 5) {
		fprintf(stderr, "usage: pop3_load HOST:PORT USER PASSWORD DEPTH\n");
		return 2;
	}
	link_set_server(argv[1]);
	link_open(&l, false);
	link_expect(&l, "", "+OK");
	link_say(&l, "USER %s\r\n", argv[2]);
	link_expect(&l, "", "+OK");
	link_say(&l, "PASS %s\r\n", argv[3]);
	link_expect(&l, "", "+OK");
	uint32_t count = count_messages(&l), asked = 0, depth = number_of(argv[4]);
	double begin = seconds();
	for (uint32_t got = 0; got < count; got++) {
		while (asked < count && asked - got < depth)
			link_say(&l, "RETR %u\r\n", ++asked);
		octets += read_message(&l);
	}
	printf("%u %.4f %zu\n", count, seconds() - begin, octets);
	link_say(&l, "QUIT\r\n");
	link_expect(&l, "", "+OK");
	link_close(&l);
	return 0;
}
