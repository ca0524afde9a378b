#include "config/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/random.h"

enum { KEY_OCTETS = 64, KEY_OCTETS_MAX = 4096 };

/* Whole or not at all: written beside and linked to its name when it is on disk. */
static bool make(const char *path)
{
	struct buf beside;
	char key[KEY_OCTETS];
	bool good = false;

	buf_init(&beside, 8192);
	buf_addf(&beside, "%s.new", path);
	buf_add_char(&beside, '\0');
	random_bytes(key, sizeof(key));
	unlink(beside.p);
	int fd = open(beside.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		good = write(fd, key, sizeof(key)) == sizeof(key) && fsync(fd) == 0 &&
		       (link(beside.p, path) == 0 || errno == EEXIST);
		close(fd);
		unlink(beside.p);
	}
	explicit_bzero(key, sizeof(key));
	buf_done(&beside);
	return good;
}

static bool read_keys(const char *path, struct secret_keys *keys)
{
	char content[KEY_OCTETS_MAX];
	CLEANUP(cleanup_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, content, sizeof(content));
	bool good = n > 0 &&
		    secret_keys_init(keys, (slice){ content, (size_t)n }) == ERR_NONE;

	explicit_bzero(content, sizeof(content));
	return good;
}

bool secret_file_load(slice data, struct secret_keys *keys, struct buf *fault)
{
	struct buf path;
	bool good;

	buf_init(&path, 8192);
	buf_addf(&path, "%.*s/secret.key", FMT(data));
	buf_add_char(&path, '\0');
	good = (access(path.p, F_OK) == 0 || make(path.p)) && read_keys(path.p, keys);
	if (!good)
		buf_addf(fault, "cannot read or make %s: %s", path.p,
			 errno ? strerror(errno) : "it is too short");
	buf_done(&path);
	return good;
}
