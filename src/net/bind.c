#include "net/bind.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* What whoever reads the fault can do about it. */
static const struct {
	int error;
	const char *mend;
} mends[] = {
	{ EADDRINUSE, "another server listens there; stop it or choose another port" },
	{ EACCES, "ports below 1024 need root or CAP_NET_BIND_SERVICE; or choose a "
		  "higher port" },
	{ EADDRNOTAVAIL, "no interface of this machine has that address" },
	{ EAFNOSUPPORT, "this machine does not speak that protocol" },
};

static bool refuse(const struct endpoint *e, int error, struct buf *fault)
{
	char text[ENDPOINT_TEXT_MAX];
	slice at = endpoint_text(e, text);

	buf_addf(fault, "%.*s: %s", FMT(at),
		 error == EADDRINUSE ? "address in use" : strerrordesc_np(error));
	for (size_t i = 0; i < countof(mends); i++)
		if (mends[i].error == error) buf_addf(fault, " (%s)", mends[i].mend);
	return false;
}

static bool set_option(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) == 0;
}

/* NODELAY is inherited by what is accepted. `*` hears both families on one socket. */
static bool set_options(int fd, const struct endpoint *e, bool shared)
{
	return set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
	       (!shared || set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1)) &&
	       set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1) &&
	       (e->address.kind == NETADDR_V4 ||
		set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, !e->any));
}

/* The bound socket, or -1 and errno. */
static int bind_one(const struct endpoint *e, bool shared)
{
	struct sockaddr_storage address;
	socklen_t n = netaddr_to_sockaddr(&e->address, &address);
	int fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0) return -1;
	if (set_options(fd, e, shared) && bind(fd, (struct sockaddr *)&address, n) == 0)
		return fd;
	int saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* Where a machine has no IPv6, every address means every IPv4 one. */
static int bind_first(struct endpoint *e)
{
	int fd = bind_one(e, false);

	if (fd >= 0 || !e->any || (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL))
		return fd;
	e->address = (struct netaddr){ .kind = NETADDR_V4, .port = e->address.port };
	return bind_one(e, false);
}

static void learn_port(int fd, struct endpoint *e)
{
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	socklen_t n = sizeof(address);

	getsockname(fd, (struct sockaddr *)&address, &n);
	e->address.port = netaddr_of_sockaddr((struct sockaddr *)&address).port;
}

static bool close_all(int *fds, size_t count)
{
	int saved = errno;

	for (size_t i = 0; i < count; i++)
		close(fds[i]);
	errno = saved;
	return false;
}

/* The first socket becomes a shared one once it has the address for itself. */
static bool bind_all(struct endpoint *e, int *fds, size_t count)
{
	size_t n = 1;

	fds[0] = bind_first(e);
	if (fds[0] < 0) return false;
	learn_port(fds[0], e);
	if (!set_option(fds[0], SOL_SOCKET, SO_REUSEPORT, 1)) return close_all(fds, n);
	while (n < count && (fds[n] = bind_one(e, true)) >= 0)
		n++;
	if (n < count) return close_all(fds, n);
	for (size_t i = 0; i < count; i++)
		if (listen(fds[i], SOMAXCONN) != 0) return close_all(fds, count);
	return true;
}

bool bind_tcp(struct endpoint *e, int *fds, size_t count, struct buf *fault)
{
	return bind_all(e, fds, count) || refuse(e, errno, fault);
}

/* ---- Unix sockets ---- */

static int lock_path(const struct endpoint *e)
{
	char path[ENDPOINT_PATH_MAX + sizeof(".lock")];
	int fd;

	snprintf(path, sizeof(path), "%s.lock", e->path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
	close(fd);
	errno = EADDRINUSE;
	return -1;
}

/* Ours by the lock, unless a program without it answers there. */
static bool remove_stale(int fd, const struct sockaddr_un *address)
{
	struct stat s;

	if (lstat(address->sun_path, &s) != 0) return errno == ENOENT;
	if (!S_ISSOCK(s.st_mode)) {
		errno = EEXIST;
		return false;
	}
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
	    errno != ECONNREFUSED) {
		errno = EADDRINUSE;
		return false;
	}
	return unlink(address->sun_path) == 0;
}

/* Nobody can connect before listen, so the permissions are there in time. */
static int listen_at(const struct endpoint *e, mode_t mode)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd = socket(AF_UNIX, type, 0);

	if (fd < 0) return -1;
	memcpy(address.sun_path, e->path, sizeof(e->path)); /* they are equally long */
	if (remove_stale(fd, &address) &&
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    chmod(e->path, mode) == 0 && listen(fd, SOMAXCONN) == 0)
		return fd;
	int saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

bool bind_unix(const struct endpoint *e, mode_t mode, int *ret_fd, int *ret_lock,
	       struct buf *fault)
{
	int lock = lock_path(e), fd;

	if (lock < 0) return refuse(e, errno, fault);
	fd = listen_at(e, mode);
	if (fd < 0) {
		refuse(e, errno, fault);
		close(lock);
		return false;
	}
	*ret_fd = fd;
	*ret_lock = lock;
	return true;
}
