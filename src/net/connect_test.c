#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/test.h"
#include "net/caller_test.h"
#include "net/fixture_test.h"

static uint16_t port_of(const struct fixture *f)
{
	return listener_endpoint(f->listener)->address.port;
}

static struct netaddr address(const char *ip, uint16_t port)
{
	struct netaddr a;

	CHECK(netaddr_parse(slice_of(ip), &a));
	a.port = port;
	return a;
}

/* A port of 127.0.0.1 where nobody listens, or where nobody accepts. */
static int silent_socket(bool listens, uint16_t *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CHECK_INT(bind(fd, (struct sockaddr *)&at, n), 0);
	CHECK_INT(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	if (listens) CHECK_INT(listen(fd, 0), 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

TEST(connect_drives_a_client_engine)
{
	struct fixture f = { 0 };
	struct caller c = { .say = "ECHO one\r\nBIG 100000\r\nECHO two\r\nQUIT\r\n" };

	fixture_start(&f);
	caller_run(&c, port_of(&f));
	CHECK(c.opened && !c.tls);
	CHECK_INT(c.heard.n, strlen("hello\none\n\ntwo\nbye\n") + 100'000);
	CHECK_SLICE(slice_head(buf_slice(&c.heard), 12), S("hello\none\nxx"));
	CHECK_SLICE(slice_of(c.why), S("closed"));
	CHECK_INT(c.failure, TLS_NOT_FAILED);
	caller_done(&c);
	fixture_stop(&f, 0);
}

TEST(connect_tries_one_address_after_the_other)
{
	struct fixture f = { 0 };
	struct caller c = { .say = "QUIT\r\n" };
	uint16_t nobody;
	int fd = silent_socket(false, &nobody);

	fixture_start(&f);
	struct netaddr to[] = { address("127.0.0.1", nobody), address("::1", nobody),
				address("127.0.0.2", nobody),
				address("127.0.0.1", port_of(&f)) };
	c.to.addresses = to;
	c.to.address_count = countof(to);
	caller_run(&c, 0);
	CHECK_SLICE(buf_slice(&c.heard), S("hello\nbye\n"));
	CHECK_INT(c.peer.port, port_of(&f));
	caller_done(&c);
	fixture_stop(&f, 0);
	close(fd);
}

TEST(connect_from_the_address_of_the_family)
{
	struct fixture f = { 0 };
	struct caller c = { .say = "QUIT\r\n" };

	fixture_start(&f);
	c.to.source_v4 = address("127.0.0.9", 0);
	c.to.source_v6 = address("2001:db8::9", 0);
	caller_run(&c, port_of(&f));
	CHECK_SLICE(buf_slice(&c.heard), S("hello\nbye\n"));
	CHECK(netaddr_eq(&c.local, &c.to.source_v4));
	caller_done(&c);
	fixture_stop(&f, 0);
}

TEST(connect_from_an_address_that_is_not_here_fails)
{
	struct caller c = { .to.source_v4 = address("192.0.2.1", 0) };

	caller_run(&c, 9);
	CHECK(!c.opened);
	CHECK_SLICE(slice_of(c.why), S("Cannot assign requested address"));
	caller_done(&c);
}

TEST(connect_refused_is_told_once)
{
	struct caller c = { 0 };
	uint16_t port;
	int fd = silent_socket(false, &port);

	caller_run(&c, port);
	CHECK(!c.opened);
	CHECK_SLICE(slice_of(c.why), S("Connection refused"));
	CHECK_INT(c.failure, TLS_NOT_FAILED);
	caller_done(&c);
	close(fd);
}

TEST(connect_without_an_address_fails)
{
	struct netaddr none = { 0 };
	struct caller c = { .to.addresses = &none, .to.address_count = 0 };

	caller_run(&c, 0);
	CHECK(!c.opened && c.why);
	caller_done(&c);
}

/* A queue of connections that is full takes no more, and says nothing. */
static void fill_queue(uint16_t port, int *fds, size_t count)
{
	struct netaddr a = address("127.0.0.1", port);
	struct sockaddr_storage to;
	socklen_t n = netaddr_to_sockaddr(&a, &to);

	for (size_t i = 0; i < count; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		(void)connect(fds[i], (struct sockaddr *)&to, n);
	}
	usleep(20'000);
}

TEST(connect_has_a_deadline_for_each_address)
{
	struct fixture f = { 0 };
	struct caller c = { .say = "QUIT\r\n", .to.connect_ms = 50 };
	uint16_t full;
	int fd = silent_socket(true, &full), fds[4];

	fixture_start(&f);
	fill_queue(full, fds, countof(fds));
	struct netaddr to[] = { address("127.0.0.1", full),
				address("127.0.0.1", port_of(&f)) };
	c.to.addresses = to;
	c.to.address_count = 2;
	caller_run(&c, 0);
	CHECK_SLICE(buf_slice(&c.heard), S("hello\nbye\n"));
	caller_done(&c);

	struct caller only = { .to = { .addresses = to, .address_count = 1 } };

	only.to.connect_ms = 50;
	caller_run(&only, 0);
	CHECK_SLICE(slice_of(only.why), S("Connection timed out"));
	caller_done(&only);
	fixture_stop(&f, 0);
	for (size_t i = 0; i < countof(fds); i++)
		close(fds[i]);
	close(fd);
}

/* Connected, but nobody is there: the engine's own time-out. */
TEST(connect_to_a_peer_that_is_silent)
{
	struct caller c = { .timeout_ms = 50 };
	uint16_t port;
	int fd = silent_socket(true, &port);

	caller_run(&c, port);
	CHECK(c.opened);
	CHECK_SLICE(buf_slice(&c.heard), S("(silence)\n"));
	caller_done(&c);
	close(fd);
}

/* The server takes no notice of half of a connection: it answers what came, then ends. */
TEST(connect_sees_the_server_end)
{
	struct fixture f = { .timeout_ms = 100 };
	struct caller c = { .say = "ECHO half" };

	fixture_start(&f);
	caller_run(&c, port_of(&f));
	CHECK_SLICE(buf_slice(&c.heard), S("hello\nslow\n"));
	caller_done(&c);
	fixture_stop(&f, 0);
}
