/*
 * smtp_load - sends mail as fast as a server takes it, and says how fast that was
 *
 *   smtp_load HOST:PORT MODE CONNECTIONS MESSAGES SIZE FROM RCPT[,RCPT...]
 *
 * MODE: smtp or lmtp (kept connections), fresh (SMTP, a connection a message).
 * Recipients are used in turn; several joined by + get one message together.
 * Commands are sent in one piece, the content once DATA is answered (RFC 2920).
 * Prints `MESSAGES SECONDS`, and on the standard error what was refused.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "corpus.h"
#include "load.h"

enum { RECIPIENTS_MAX = 1000, COMMANDS_MAX = 128 * 1024, REPLY_CODE = 3 };

static struct {
	bool lmtp, fresh;
	uint32_t messages;
	size_t size;
	const char *from;
	char *recipients[RECIPIENTS_MAX]; /* each one or several joined by + */
	uint32_t recipient_count;
} job;

static _Atomic uint32_t next_message, failures;

struct sender {
	struct link link;
	bool is_open;
	char commands[COMMANDS_MAX], *content;
};

/* Reads so many replies; returns whether all began with 2 or 3. */
static bool read_replies(struct link *l, uint32_t count)
{
	bool good = true;

	while (count) {
		size_t n;
		const char *line = link_line(l, &n);

		if (n > REPLY_CODE && line[REPLY_CODE] == '-') continue;
		count--;
		if (line[0] == '2' || line[0] == '3') continue;
		good = false;
		fprintf(stderr, "%.*s", (int)n, line);
	}
	return good;
}

static void greet(struct sender *s)
{
	link_open(&s->link, false);
	s->is_open = true;
	read_replies(&s->link, 1);
	link_say(&s->link, "%s load.test\r\n", job.lmtp ? "LHLO" : "EHLO");
	read_replies(&s->link, 1);
}

static void leave(struct sender *s)
{
	link_say(&s->link, "QUIT\r\n");
	read_replies(&s->link, 1);
	link_close(&s->link);
	s->is_open = false;
}

/* The envelope's commands into the sender; returns the number of recipients. */
static uint32_t write_envelope(struct sender *s, const char *joined)
{
	size_t n = (size_t)snprintf(s->commands, COMMANDS_MAX, "MAIL FROM:<%s>\r\n",
				    job.from);
	uint32_t count = 0;

	while (*joined && n < COMMANDS_MAX) {
		int length = (int)strcspn(joined, "+");

		n += (size_t)snprintf(s->commands + n, COMMANDS_MAX - n,
				      "RCPT TO:<%.*s>\r\n", length, joined);
		joined += length + (joined[length] == '+');
		count++;
	}
	if (n >= COMMANDS_MAX) refused("too many", "recipients\n", 11);
	snprintf(s->commands + n, COMMANDS_MAX - n, "DATA\r\n");
	return count;
}

static void send_message(struct sender *s, uint32_t number)
{
	uint32_t count = write_envelope(s, job.recipients[number % job.recipient_count]);
	size_t n = corpus_plain(number, job.size, s->content);
	bool good;

	memcpy(s->content + n, ".\r\n", 3);
	link_send(&s->link, s->commands, strlen(s->commands));
	good = read_replies(&s->link, 2 + count);
	link_send(&s->link, s->content, n + 3);
	if (!read_replies(&s->link, job.lmtp ? count : 1) || !good) failures++;
}

static void *run(void *)
{
	struct sender *s = calloc(1, sizeof(*s));
	uint32_t number;

	s->content = malloc(job.size + 2 * CORPUS_HEADER_MAX);
	while ((number = next_message++) < job.messages) {
		if (!s->is_open) greet(s);
		send_message(s, number);
		if (job.fresh) leave(s);
	}
	if (s->is_open) leave(s);
	free(s->content);
	free(s);
	return NULL;
}

int main(int argc, char **argv)
{
	double begin;

	if (argc != 8) {
		fprintf(stderr, "usage: smtp_load HOST:PORT smtp|lmtp|fresh CONNECTIONS "
				"MESSAGES SIZE FROM RCPT[,RCPT...]\n");
		return 2;
	}
	link_set_server(argv[1]);
	job.lmtp = strcmp(argv[2], "lmtp") == 0;
	job.fresh = strcmp(argv[2], "fresh") == 0;
	job.messages = number_of(argv[4]);
	job.size = number_of(argv[5]);
	job.from = argv[6];
	job.recipient_count = split_list(argv[7], job.recipients, RECIPIENTS_MAX);
	corpus_init((uint32_t)getpid());
	begin = seconds();
	run_threads(number_of(argv[3]), run, NULL);
	printf("%u %.4f\n", job.messages - failures, seconds() - begin);
	return failures != 0;
}
