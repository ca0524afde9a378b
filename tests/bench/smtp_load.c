/*
 * smtp_load - sends mail as fast as a server takes it, and says how fast that was
 *
 *   smtp_load HOST:PORT MODE CONNECTIONS MESSAGES SIZE FROM RCPT[,RCPT...]
 *
 * MODE: smtp or lmtp (kept connections), fresh (a connection a message). Each
 * message differs in its Message-ID and so in its hash; the rest is text of 78
 * columns. Recipients are used in turn, or all at once with RCPT...+RCPT.
 * Prints `messages SECONDS`.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { RECIPIENTS_MAX = 1000, REPLY_MAX = 64 * 1024 };

static struct sockaddr_in server;
static bool lmtp, fresh;
static int messages, size;
static const char *from;
static char *recipients[RECIPIENTS_MAX];
static int recipient_count;
static _Atomic int next_message, failures;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int open_connection(void)
{
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&server, sizeof(server))) die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void send_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent <= 0) die("send");
		p += sent;
		n -= (size_t)sent;
	}
}

/* Reads until `lines` final reply lines have come; returns whether all began with 2 or 3. */
static bool read_replies(int fd, int lines)
{
	static _Thread_local char buffer[REPLY_MAX];
	static _Thread_local size_t held;
	bool good = true;

	while (lines) {
		char *end = memchr(buffer, '\n', held);

		if (!end) {
			ssize_t n = recv(fd, buffer + held, sizeof(buffer) - held, 0);

			if (n <= 0) die("recv");
			held += (size_t)n;
			continue;
		}
		if (buffer[3] != '-') {
			lines--;
			good &= buffer[0] == '2' || buffer[0] == '3';
			if (buffer[0] > '3') fprintf(stderr, "%.*s", (int)(end - buffer), buffer);
		}
		held -= (size_t)(end + 1 - buffer);
		memmove(buffer, end + 1, held);
	}
	return good;
}

static void greet(int fd)
{
	const char *hello = lmtp ? "LHLO load.test\r\n" : "EHLO load.test\r\n";

	read_replies(fd, 1);
	send_all(fd, hello, strlen(hello));
	read_replies(fd, 1);
}

/* One envelope's commands; '+' in a recipient separates several of one message. */
static int write_envelope(char *to, size_t room, const char *recipient)
{
	int n = snprintf(to, room, "MAIL FROM:<%s>\r\n", from), count = 0;
	char copy[64 * 1024], *save = NULL;

	snprintf(copy, sizeof(copy), "%s", recipient);
	for (char *one = strtok_r(copy, "+", &save); one; one = strtok_r(NULL, "+", &save)) {
		n += snprintf(to + n, room - (size_t)n, "RCPT TO:<%s>\r\n", one);
		count++;
	}
	snprintf(to + n, room - (size_t)n, "DATA\r\n");
	return count;
}

static char *make_body(size_t *ret_n)
{
	char *body = malloc((size_t)size + 1024);
	size_t n = 0;

	while (n < (size_t)size) {
		for (int i = 0; i < 76; i++)
			body[n++] = (char)('a' + (n * 7 + (size_t)i) % 26);
		body[n++] = '\r';
		body[n++] = '\n';
	}
	n += (size_t)sprintf(body + n, ".\r\n");
	*ret_n = n;
	return body;
}

static void send_message(int fd, int number, const char *body, size_t body_n)
{
	static _Thread_local char commands[128 * 1024];
	char header[1024];
	int count = write_envelope(commands, sizeof(commands), recipients[number % recipient_count]);
	int n = snprintf(header, sizeof(header),
			 "From: Load <load@load.test>\r\nTo: someone@example.org\r\n"
			 "Subject: message %d\r\nDate: Wed, 25 Nov 2026 10:00:00 +0000\r\n"
			 "Message-ID: <%d.%d@load.test>\r\n"
			 "Content-Type: text/plain; charset=utf-8\r\n\r\n",
			 number, number, (int)getpid());

	send_all(fd, commands, strlen(commands));
	if (!read_replies(fd, 2 + count)) failures++;
	send_all(fd, header, (size_t)n);
	send_all(fd, body, body_n);
	if (!read_replies(fd, lmtp ? count : 1)) failures++;
}

static void *run(void *)
{
	size_t body_n;
	char *body = make_body(&body_n);
	int fd = -1, number;

	while ((number = next_message++) < messages) {
		if (fd < 0) {
			fd = open_connection();
			greet(fd);
		}
		send_message(fd, number, body, body_n);
		if (fresh) {
			send_all(fd, "QUIT\r\n", 6);
			read_replies(fd, 1);
			close(fd);
			fd = -1;
		}
	}
	if (fd >= 0) close(fd);
	free(body);
	return NULL;
}

static void split_recipients(char *list)
{
	char *save = NULL;

	for (char *one = strtok_r(list, ",", &save); one && recipient_count < RECIPIENTS_MAX;
	     one = strtok_r(NULL, ",", &save))
		recipients[recipient_count++] = one;
}

int main(int argc, char **argv)
{
	struct timespec begin, end;
	pthread_t threads[1000];

	if (argc != 8) {
		fprintf(stderr, "usage: smtp_load HOST:PORT smtp|lmtp|fresh CONNECTIONS MESSAGES "
				"SIZE FROM RCPT[,RCPT...]\n");
		return 2;
	}
	char *port = strchr(argv[1], ':');
	*port++ = '\0';
	server.sin_family = AF_INET;
	server.sin_port = htons((uint16_t)atoi(port));
	inet_pton(AF_INET, argv[1], &server.sin_addr);
	lmtp = strcmp(argv[2], "lmtp") == 0;
	fresh = strcmp(argv[2], "fresh") == 0;
	int connections = atoi(argv[3]);
	messages = atoi(argv[4]);
	size = atoi(argv[5]);
	from = argv[6];
	split_recipients(argv[7]);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (int i = 0; i < connections; i++)
		pthread_create(&threads[i], NULL, run, NULL);
	for (int i = 0; i < connections; i++)
		pthread_join(threads[i], NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%d %.3f\n", messages - failures,
	       (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
	return failures != 0;
}
