#include "net/listener.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/test.h"
#include "net/fixture_test.h"

static void greet(const struct fixture *f)
{
	struct client c = client_connect(f);

	client_expect(&c, "hello\r\n");
	client_close(&c);
}

TEST(listener_shares_a_free_port_among_loops)
{
	struct fixture f = { .loop_count = 2 };

	fixture_start(&f);
	for (int i = 0; i < 200 && (f.used[0] == 0 || f.used[1] == 0); i++)
		greet(&f);
	CHECK(f.used[0] > 0 && f.used[1] > 0);
	CHECK(listener_endpoint(f.listener)->address.port != 0);
	fixture_stop(&f, 0);
}

TEST(listener_of_all_addresses)
{
	struct fixture f = { .address = "*:0" };

	fixture_start(&f);
	CHECK(slice_starts(listener_text(f.listener), S("*:")));
	greet(&f); /* to [::] or 0.0.0.0 means to oneself */
	fixture_stop(&f, 0);
}

static void check_refused(const char *address, const char *reason)
{
	struct loop *loop = loop_new();
	struct service service = { 0 };
	struct listener_setup setup = { &loop, 1, &service, 0600 };
	struct buf fault = { .max = 1000 };
	struct endpoint at;

	CHECK(endpoint_parse(slice_of(address), &at));
	CHECK(!listener_open(&at, &setup, &fault));
	CHECK(slice_find(buf_slice(&fault), slice_of(reason)) < fault.n);
	buf_done(&fault);
	loop_free(loop);
}

TEST(a_second_server_is_refused)
{
	struct fixture f = { .loop_count = 2 };
	char address[ENDPOINT_TEXT_MAX];

	fixture_start(&f);
	endpoint_text(listener_endpoint(f.listener), address);
	check_refused(address, "address in use (another server listens there");
	fixture_stop(&f, 0);
	check_refused("203.0.113.77:0", "no interface of this machine");
}

TEST(listener_of_a_loop_that_stops_before_it_ran)
{
	struct loop *loop = loop_new();
	struct service service = { 0 };
	struct listener_setup setup = { &loop, 1, &service, 0600 };
	struct buf fault = { .max = 1000 };
	struct endpoint at;
	struct listener *l;

	CHECK(endpoint_parse(S("127.0.0.1:0"), &at));
	loop_stop(loop, 0);
	l = listener_open(&at, &setup, &fault);
	CHECK(l);
	loop_run(loop);
	listener_close(l);
	loop_free(loop);
}

/* A folder of its own, so that the path is free. */
static char *unix_address(char *text, size_t room)
{
	char folder[] = "/tmp/postroom-net-XXXXXX";

	CHECK(mkdtemp(folder));
	snprintf(text, room, "unix:%s/s", folder);
	return text;
}

static void remove_unix_address(const char *text)
{
	char path[200];

	snprintf(path, sizeof(path), "%s.lock", text + 5);
	CHECK_INT(unlink(path), 0);
	*strrchr(path, '/') = '\0';
	CHECK_INT(rmdir(path), 0); /* so the socket itself is gone */
}

static void leave_stale_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", path);
	CHECK_INT(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
}

TEST(listener_on_a_unix_socket)
{
	char address[200];
	struct fixture f = { .address = unix_address(address, sizeof(address)),
			     .loop_count = 2 };
	struct stat s;

	leave_stale_socket(address + 5);
	fixture_start(&f);
	CHECK_INT(stat(address + 5, &s), 0);
	CHECK_INT(s.st_mode & 0777, 0600);
	check_refused(address, "address in use");
	greet(&f);
	fixture_stop(&f, 0);
	remove_unix_address(address);
}

TEST(listener_never_removes_a_file_that_is_no_socket)
{
	char address[200];
	FILE *file;

	unix_address(address, sizeof(address));
	file = fopen(address + 5, "w");
	CHECK(file);
	fclose(file);
	check_refused(address, "File exists");
	CHECK_INT(unlink(address + 5), 0);
	remove_unix_address(address);
}

TEST(listener_adopts_inherited_sockets)
{
	struct fixture f = { .loop_count = 2 };
	struct buf fault = { .max = 1000 };
	int fd = socket(AF_INET, SOCK_STREAM, 0), plain = socket(AF_INET, SOCK_STREAM, 0);

	CHECK_INT(listen(fd, 5), 0); /* on a port of the system's choice */
	fixture_start(&f);
	listener_close(f.listener);
	struct listener_setup setup = { f.loops, 2, &f.service, 0600 };

	f.listener = listener_adopt(&fd, 1, &setup, &fault);
	CHECK(f.listener);
	for (int i = 0; i < 10; i++)
		greet(&f);
	CHECK(!listener_adopt(&plain, 1, &setup, &fault));
	close(plain);
	buf_done(&fault);
	fixture_stop(&f, 0);
}

TEST(listener_refuses_beyond_the_limits)
{
	struct limits *limits = limits_new(3, 2);
	struct fixture f = { .service = {
				     .limits = limits,
				     .refusal_total = SLICE_INIT("421 full\r\n"),
				     .refusal_address = SLICE_INIT("421 too many\r\n"),
			     } };
	struct client c[3];

	fixture_start(&f);
	for (int i = 0; i < 3; i++) {
		c[i] = client_connect(&f);
		client_expect(&c[i], i < 2 ? "hello\r\n" : "421 too many\r\n");
	}
	client_expect_end(&c[2]);
	limits_set(limits, 2, 10, NULL, 0);
	struct client late = client_connect(&f);
	client_expect(&late, "421 full\r\n");
	client_close(&late);
	for (int i = 0; i < 3; i++)
		client_close(&c[i]);
	fixture_wait(&f.closed, 2);
	CHECK_INT(limits_total(limits), 0);
	greet(&f);
	fixture_stop(&f, 0);
	limits_free(limits);
}

static _Atomic int troubles;

static void count_trouble(void *, const char *)
{
	troubles++;
}

/* Without descriptors it pauses, and goes on when there are some again. */
TEST(listener_waits_for_descriptors)
{
	struct fixture f = { .service.trouble = count_trouble };
	struct rlimit before, tight;

	fixture_start(&f);
	greet(&f);
	fixture_wait(&f.closed, 1);
	struct client c = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	struct sockaddr_storage to;
	socklen_t n = netaddr_to_sockaddr(&listener_endpoint(f.listener)->address, &to);

	CHECK_INT(getrlimit(RLIMIT_NOFILE, &before), 0);
	tight = before;
	tight.rlim_cur = (rlim_t)c.fd; /* that is the highest one in use */
	CHECK_INT(setrlimit(RLIMIT_NOFILE, &tight), 0);
	CHECK_INT(connect(c.fd, (struct sockaddr *)&to, n), 0);
	fixture_wait(&troubles, 1);
	usleep(50'000);
	CHECK_INT(troubles, 1); /* it does not spin */
	CHECK_INT(setrlimit(RLIMIT_NOFILE, &before), 0);
	client_expect(&c, "hello\r\n");
	client_close(&c);
	fixture_stop(&f, 0);
}
