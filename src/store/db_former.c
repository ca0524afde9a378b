#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "store/db_private.h"
#include "store/files.h"

enum {
	PAGE_SIZE_AT =
		16, /* in a database's header: two octets, of which 1 means 65,536 */
	NAME_MAX_ADDED = 8,
};

static bool has_own_log(const struct db *d)
{
	char log[DB_PATH_MAX + NAME_MAX_ADDED];

	snprintf(log, sizeof(log), "%s-wal", d->path);
	return access(log, F_OK) == 0;
}

/* No handle is open, so the close drops no lock. An empty file has no size yet. */
static bool has_other_pages(const struct db *d)
{
	unsigned char size[2];
	int fd = open(d->path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? pread(fd, size, sizeof(size), PAGE_SIZE_AT) : 0;

	if (fd >= 0) close(fd);
	return n == sizeof(size) && size[0] << 8 != DB_PAGE_SIZE;
}

/* What a copy that was not finished left is overwritten. */
static enum err make_copy_file(const char *path, int folder)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0) return file_failed("create", path);
	file_give_to_owner(fd, folder);
	close(fd);
	return ERR_NONE;
}

static enum err copy_pages(struct db *d, const char *copy)
{
	struct query *q = db_query(d, "VACUUM INTO $1");

	log_event(LOG_INFO, "store.pages-are-renewed", LOG_TEXT_OF("file", d->path));
	query_text(q, slice_of(copy));
	return query_run(q);
}

static enum err sync_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	enum err e;

	if (fd < 0) return file_failed("open", path);
	e = file_sync(fd, path);
	close(fd);
	return e;
}

static enum err put_in_place(const struct db *d, const char *copy)
{
	enum err e = d->durable ? sync_file(copy) : ERR_NONE;

	if (!e && rename(copy, d->path) != 0) e = file_failed("rename", copy);
	return e;
}

/* Its log is written back. Whatever happens, one of both is there whole. */
static enum err renew_pages(struct db *d)
{
	char copy[DB_PATH_MAX + NAME_MAX_ADDED];
	int folder = db_open_folder(d);
	enum err e;

	if (folder < 0) return ERR_LATER;
	snprintf(copy, sizeof(copy), "%s-new", d->path);
	e = make_copy_file(copy, folder);
	close(folder);
	if (!e) e = copy_pages(d, copy);
	db_close_handle(d);
	return e ? e : put_in_place(d, copy);
}

enum err db_take_in_former(struct db *d)
{
	bool has_log = has_own_log(d), is_other = has_other_pages(d);
	enum err e;

	if (!has_log && !is_other) return ERR_NONE;
	e = db_open_by(d, NULL);
	if (!e) e = db_write_all_back(d);
	if (!e && is_other) e = renew_pages(d);
	db_close_handle(d);
	/* The log must not come back: it would be older than the database. */
	return !e && d->durable ? db_sync_folder(d) : e;
}
