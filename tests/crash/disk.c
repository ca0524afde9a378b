#undef _FILE_OFFSET_BITS /* pwrite and pwrite64 are to be two names here */

#include "disk.h"

#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "shadow.h"

static struct disk_plan plan;
static bool started;

enum what { A_WRITE, A_SYNC, A_NAME };

/* libc's own function behind one of ours. */
#define REAL(name)                                                                       \
	static __typeof__(&name) real;                                                   \
	if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name)

void disk_start(const struct disk_plan *p)
{
	plan = *p;
	shadow_start(plan.folder);
	started = true;
}

/* Only files and folders count: no pipes, no log. */
static bool is_watched(int fd)
{
	struct stat s;

	return started &&
	       (fd == AT_FDCWD ||
		(fstat(fd, &s) == 0 && (S_ISREG(s.st_mode) || S_ISDIR(s.st_mode))));
}

static void die(void)
{
	started = false;
	if (disk_fault_is_cut(plan.fault))
		shadow_build(plan.folder, plan.after, plan.fault == DISK_CUT_MIXED,
			     plan.seed);
	_exit(77);
}

static bool is_due(void)
{
	if (plan.fault == DISK_EIO_EVER || plan.fault == DISK_FULL_EVER)
		return *plan.calls >= plan.at;
	return plan.fault != DISK_GOOD && *plan.calls == plan.at;
}

/* 0: go on. Else the errno to fail with, or -1: die now. */
static int strike(int fd, enum what what)
{
	bool is_full = plan.fault == DISK_FULL_ONCE || plan.fault == DISK_FULL_EVER;

	if (!is_watched(fd) || (is_full && what != A_WRITE)) return 0;
	++*plan.calls;
	if (!is_due()) return 0;
	if (disk_fault_kills(plan.fault)) return -1;
	return is_full ? ENOSPC : EIO;
}

/* A call without octets: fails or dies before anything happened. */
static bool fails(int fd, enum what what)
{
	int how = strike(fd, what);

	if (how < 0) die();
	if (how) errno = how;
	return how;
}

#define WRITES_AT(name, offset_type)                                                     \
	ssize_t name(int fd, const void *p, size_t n, offset_type offset)                \
	{                                                                                \
		REAL(name);                                                              \
		int how = strike(fd, A_WRITE);                                           \
                                                                                         \
		if (how < 0 && real(fd, p, n / 2, offset) <= 0) abort(); /* torn */      \
		if (how < 0) die();                                                      \
		if (!how) return real(fd, p, n, offset);                                 \
		errno = how;                                                             \
		return -1;                                                               \
	}

WRITES_AT(pwrite, off_t)
WRITES_AT(pwrite64, off64_t)

ssize_t write(int fd, const void *p, size_t n)
{
	REAL(write);
	return fails(fd, A_WRITE) ? -1 : real(fd, p, n);
}

/* Nothing need reach the real disk: the shadow is the disk. */
int fsync(int fd)
{
	if (fails(fd, A_SYNC)) return -1;
	if (is_watched(fd)) shadow_synced(fd);
	return 0;
}

int fdatasync(int fd)
{
	return fsync(fd);
}

int ftruncate(int fd, off_t size)
{
	REAL(ftruncate);
	return fails(fd, A_NAME) ? -1 : real(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
	REAL(ftruncate64);
	return fails(fd, A_NAME) ? -1 : real(fd, size);
}

/* Memory always has room, and laying it out takes a tenth of the suite's time. */
int posix_fallocate(int fd, off_t at, off_t n)
{
	REAL(ftruncate);
	return real(fd, at + n) == 0 ? 0 : errno;
}

int posix_fallocate64(int fd, off64_t at, off64_t n)
{
	return posix_fallocate(fd, at, n);
}

int unlinkat(int folder, const char *name, int flags)
{
	REAL(unlinkat);
	if (fails(folder, A_NAME)) return -1;
	if (started) shadow_will_unlink(folder, name);
	return real(folder, name, flags);
}

int unlink(const char *name)
{
	return unlinkat(AT_FDCWD, name, 0);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
	REAL(renameat);
	if (fails(from_folder, A_NAME)) return -1;
	if (started) shadow_will_unlink(to_folder, to);
	return real(from_folder, from, to_folder, to);
}

int rename(const char *from, const char *to)
{
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
	REAL(linkat);
	return fails(to_folder, A_WRITE) ? -1
					 : real(from_folder, from, to_folder, to, flags);
}

int link(const char *from, const char *to)
{
	return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int mkdirat(int folder, const char *name, mode_t mode)
{
	REAL(mkdirat);
	return fails(folder, A_WRITE) ? -1 : real(folder, name, mode);
}
