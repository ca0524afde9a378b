#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HELD_MAX = 64 * 1024, SAID_MAX = 4096, THREADS_MAX = 1000 };

static struct sockaddr_in server = { .sin_family = AF_INET };

void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

void refused(const char *what, const char *line, size_t n)
{
	fprintf(stderr, "%s: %.*s", what, (int)n, line);
	exit(1);
}

void link_set_server(const char *host_port)
{
	const char *colon = strchr(host_port, ':');
	char host[INET_ADDRSTRLEN];

	if (!colon) refused("not HOST:PORT", host_port, strlen(host_port));
	snprintf(host, sizeof(host), "%.*s", (int)(colon - host_port), host_port);
	server.sin_port = htons((uint16_t)number_of(colon + 1));
	if (inet_pton(AF_INET, host, &server.sin_addr) != 1) die(host);
}

/* One context for all, since it is large. */
static SSL *start_tls(int fd)
{
	static SSL_CTX *context;
	SSL *tls;

	if (!context) context = SSL_CTX_new(TLS_client_method());
	tls = SSL_new(context);
	SSL_set_fd(tls, fd);
	if (SSL_connect(tls) != 1) die("TLS handshake");
	return tls;
}

void link_open(struct link *l, bool with_tls)
{
	int one = 1;

	*l = (struct link){ .fd = socket(AF_INET, SOCK_STREAM, 0) };
	if (l->fd < 0 || connect(l->fd, (struct sockaddr *)&server, sizeof(server)))
		die("connect");
	setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	l->held = malloc(HELD_MAX);
	if (with_tls) l->tls = start_tls(l->fd);
}

void link_close(struct link *l)
{
	SSL_free(l->tls);
	close(l->fd);
	free(l->held);
}

void link_send(struct link *l, const char *p, size_t n)
{
	while (n) {
		ssize_t sent = l->tls ? SSL_write(l->tls, p, (int)n)
				      : send(l->fd, p, n, MSG_NOSIGNAL);

		if (sent <= 0) die("send");
		p += sent;
		n -= (size_t)sent;
	}
}

void link_say(struct link *l, const char *format, ...)
{
	char said[SAID_MAX];
	va_list arguments;

	va_start(arguments, format);
	int n = vsnprintf(said, sizeof(said), format, arguments);
	va_end(arguments);
	link_send(l, said, (size_t)n);
}

static void read_more(struct link *l)
{
	ssize_t n;

	if (l->begin) {
		memmove(l->held, l->held + l->begin, l->end - l->begin);
		l->end -= l->begin;
		l->begin = 0;
	}
	if (l->end == HELD_MAX) refused("line too long", l->held, 100);
	n = l->tls ? SSL_read(l->tls, l->held + l->end, (int)(HELD_MAX - l->end))
		   : recv(l->fd, l->held + l->end, HELD_MAX - l->end, 0);
	if (n <= 0) die("receive");
	l->end += (size_t)n;
}

const char *link_line(struct link *l, size_t *ret_n)
{
	size_t seen = 0;

	for (;;) {
		const char *start = l->held + l->begin;
		const char *end = memchr(start + seen, '\n', l->end - l->begin - seen);

		if (end) {
			*ret_n = (size_t)(end + 1 - start);
			l->begin += *ret_n;
			return start;
		}
		seen = l->end - l->begin;
		read_more(l);
	}
}

void link_skip(struct link *l, size_t n)
{
	while (n > l->end - l->begin) {
		n -= l->end - l->begin;
		l->begin = l->end = 0;
		read_more(l);
	}
	l->begin += n;
}

void link_expect(struct link *l, const char *start, const char *wanted)
{
	size_t n, skip = strlen(start);
	const char *line;

	do {
		line = link_line(l, &n);
	} while (n < skip || memcmp(line, start, skip) != 0);
	if (n - skip < strlen(wanted) || memcmp(line + skip, wanted, strlen(wanted)) != 0)
		refused("unexpected", line, n);
}

uint32_t number_of(const char *argument)
{
	char *end;
	unsigned long n = strtoul(argument, &end, 10);

	if (end == argument || *end || n > UINT32_MAX)
		refused("not a number", argument, strlen(argument));
	return (uint32_t)n;
}

uint32_t split_list(char *list, char **pieces, uint32_t room)
{
	uint32_t count = 0;

	while (*list && count < room) {
		size_t n = strcspn(list, ",");
		bool is_last = !list[n];

		list[n] = '\0';
		pieces[count++] = list;
		list += n + !is_last;
	}
	return count;
}

double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void run_threads(uint32_t count, void *(*body)(void *), void *context)
{
	pthread_t threads[THREADS_MAX];

	if (count > THREADS_MAX) refused("too many", "connections\n", 12);
	for (uint32_t i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, body, context)) die("thread");
	for (uint32_t i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}
