#include "store/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

enum err file_failed(const char *what, const char *path)
{
	int cause = errno;

	log_event(LOG_ERROR, "store.file-failed", LOG_TEXT_OF("doing", what),
		  LOG_TEXT_OF("file", path), LOG_TEXT_OF("cause", strerror(cause)));
	errno = cause;
	return ERR_LATER;
}

enum err folder_make(int parent, const char *name)
{
	if (mkdirat(parent, name, 0700) == 0 || errno == EEXIST) return ERR_NONE;
	return file_failed("mkdir", name);
}

enum err folder_sync(int folder, const char *name)
{
	return fsync(folder) == 0 ? ERR_NONE : file_failed("sync", name);
}

enum err file_sync(int fd, const char *name)
{
	return fdatasync(fd) == 0 ? ERR_NONE : file_failed("sync", name);
}

enum err file_write(int fd, uint64_t offset, slice bytes, const char *name)
{
	while (bytes.n) {
		ssize_t n = pwrite(fd, bytes.p, bytes.n, (off_t)offset);

		if (n < 0 && errno == EINTR) continue;
		if (n < 0) return file_failed("write", name);
		bytes = slice_skip(bytes, (size_t)n);
		offset += (uint64_t)n;
	}
	return ERR_NONE;
}

bool file_read(int fd, uint64_t offset, char *into, size_t n, const char *name)
{
	while (n) {
		ssize_t got = pread(fd, into, n, (off_t)offset);

		if (got < 0 && errno == EINTR) continue;
		if (got < 0) file_failed("read", name);
		if (got <= 0) return false;
		into += got;
		n -= (size_t)got;
		offset += (uint64_t)got;
	}
	return true;
}

/* What fails here, the owner's own program will say when it opens the file. */
void file_give_to_owner(int fd, int folder)
{
	struct stat owner;

	if (geteuid() != 0 || fstat(folder, &owner) != 0) return;
	if (fchown(fd, owner.st_uid, owner.st_gid) != 0) file_failed("chown", "file");
}

/* Where the file system has no O_TMPFILE, a name that goes at once. */
static int open_and_unlink(const char *folder)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0) unlink(path);
	return fd;
}

enum err file_unnamed(const char *folder, int *ret)
{
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT))
		fd = open_and_unlink(folder);
	if (fd < 0) return file_failed("create", folder);
	*ret = fd;
	return ERR_NONE;
}
