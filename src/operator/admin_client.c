#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "operator/admin_frame.h"
#include "operator/admin_socket.h"

static int connect_to(slice data)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct buf path;
	int fd = -1;

	buf_init(&path, sizeof(to.sun_path));
	if (buf_addf(&path, "%.*s/admin.sock", FMT(data))) {
		memcpy(to.sun_path, path.p, path.n);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
			close(fd);
			fd = -1;
		}
	}
	buf_done(&path);
	return fd;
}

static bool send_all(int fd, slice bytes)
{
	while (bytes.n) {
		ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR) continue;
		if (n <= 0) return false;
		bytes = slice_skip(bytes, (size_t)n);
	}
	return true;
}

static void receive_all(int fd, struct buf *reply)
{
	char piece[16 * 1024];
	ssize_t n;

	while ((n = recv(fd, piece, sizeof(piece), 0)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0) buf_add(reply, (slice){ piece, (size_t)n });
}

bool admin_call(slice data, const struct admin_request *r, enum cli_status *ret_status)
{
	CLEANUP(cleanup_close) int fd = connect_to(data);
	struct buf line;

	if (fd < 0) return false;
	buf_init(&line, ADMIN_REPLY_MAX);
	if (admin_request_write(r, &line) && send_all(fd, buf_slice(&line))) {
		buf_reset(&line);
		receive_all(fd, &line);
	} else {
		buf_reset(&line);
	}
	*ret_status = admin_reply_read(buf_slice(&line), r->out, r->fault);
	buf_wipe(&line);
	return true;
}
