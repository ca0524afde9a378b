#include "store/body_files.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/files.h"
#include "store/incoming_private.h"
#include "store/store_private.h"

enum err body_files_open(struct body_files *f, const struct store *s, const char *name)
{
	*f = (struct body_files){ .folder = -1, .durable = s->durable };
	return s->folder ? store_open_folder(s, name, &f->folder) : ERR_NONE;
}

void body_files_close(struct body_files *f)
{
	if (f->folder >= 0) close(f->folder);
	free(f->suspects);
}

/* --- names --- */

void body_file_name(slice hash, char ret[BODY_FILE_NAME_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	assert(hash.n == MESSAGE_HASH_SIZE);
	for (size_t i = 0; i < hash.n; i++) {
		*ret++ = digits[(unsigned char)hash.p[i] >> 4];
		*ret++ = digits[(unsigned char)hash.p[i] & 15];
	}
	*ret = '\0';
}

static bool parse_file_name(const char *name, char hash[MESSAGE_HASH_SIZE])
{
	if (strlen(name) != BODY_FILE_NAME_SIZE - 1) return false;
	for (size_t i = 0; i < MESSAGE_HASH_SIZE; i++) {
		int high = hex_value(name[2 * i]), low = hex_value(name[2 * i + 1]);

		if (high < 0 || low < 0) return false;
		hash[i] = (char)(high << 4 | low);
	}
	return true;
}

enum err body_files_find(const struct body_files *f, slice hash, int *ret_fd)
{
	char name[BODY_FILE_NAME_SIZE];
	int fd;

	body_file_name(hash, name);
	fd = openat(f->folder, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return file_failed("open", name);
	*ret_fd = fd;
	return ERR_NONE;
}

/* --- files that may have to go --- */

void body_files_suspect(struct body_files *f, slice hash)
{
	if (f->count == f->capacity) {
		f->capacity = f->capacity ? f->capacity * 2 : 8;
		f->suspects = reallocarray(f->suspects, f->capacity, MESSAGE_HASH_SIZE);
		assert(f->suspects);
	}
	memcpy(f->suspects[f->count++], hash.p, MESSAGE_HASH_SIZE);
}

void body_files_settle(struct body_files *f, body_is_named *is_named, void *owner)
{
	char name[BODY_FILE_NAME_SIZE];

	for (size_t i = 0; i < f->count; i++) {
		slice hash = { f->suspects[i], MESSAGE_HASH_SIZE };

		if (is_named(owner, hash)) continue;
		body_file_name(hash, name);
		if (unlinkat(f->folder, name, 0) != 0) file_failed("unlink", name);
	}
	f->count = 0;
}

/* Looks at every name, removes none while the folder is being listed. */
static void suspect_all(struct body_files *f, DIR *d)
{
	char hash[MESSAGE_HASH_SIZE];
	struct dirent *entry;

	while ((entry = readdir(d)))
		if (parse_file_name(entry->d_name, hash))
			body_files_suspect(f, (slice){ hash, sizeof(hash) });
		else if (slice_starts(slice_of(entry->d_name), S("new-")))
			unlinkat(f->folder, entry->d_name, 0);
}

enum err body_files_sweep(struct body_files *f, body_is_named *is_named, void *owner)
{
	int copy = openat(f->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);

	if (!d) return file_failed("list", "body folder");
	suspect_all(f, d);
	closedir(d);
	body_files_settle(f, is_named, owner);
	return ERR_NONE;
}

/* --- storing --- */

static enum err copy_octets(const struct incoming *m, int to, const char *name)
{
	enum { CHUNK = 64 * 1024 };
	char *chunk = malloc(CHUNK);
	uint64_t size = incoming_size(m);
	enum err e = ERR_NONE;

	assert(chunk);
	for (uint64_t at = 0; !e && at < size; at += CHUNK) {
		size_t n = size - at < CHUNK ? (size_t)(size - at) : CHUNK;

		e = incoming_read(m, at, chunk, n) ? ERR_NONE : ERR_LATER;
		if (!e) e = file_write(to, at, (slice){ chunk, n }, name);
	}
	free(chunk);
	return e;
}

/* Where the file cannot be linked: another file system, too many links, no /proc. */
static enum err copy_file(struct body_files *f, const struct incoming *m,
			  const char *name)
{
	char temporary[BODY_FILE_NAME_SIZE + 4];
	enum err e;
	int fd;

	snprintf(temporary, sizeof(temporary), "new-%s", name);
	fd = openat(f->folder, temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) return file_failed("create", temporary);
	e = copy_octets(m, fd, temporary);
	if (!e && f->durable) e = file_sync(fd, temporary);
	close(fd);
	if (!e && renameat(f->folder, temporary, f->folder, name) != 0)
		e = file_failed("rename", name);
	if (e) unlinkat(f->folder, temporary, 0);
	return e;
}

/* A name stands for whole, synced content, so one that is there already will do. */
enum err body_files_put(struct body_files *f, const struct incoming *m)
{
	char name[BODY_FILE_NAME_SIZE], spool[64];
	enum err e = ERR_NONE;

	body_file_name(incoming_hash(m), name);
	body_files_suspect(f, incoming_hash(m));
	if (faccessat(f->folder, name, F_OK, 0) != 0) {
		snprintf(spool, sizeof(spool), "/proc/self/fd/%d", incoming_fd(m));
		if (linkat(AT_FDCWD, spool, f->folder, name, AT_SYMLINK_FOLLOW) != 0)
			e = copy_file(f, m, name);
	}
	if (!e && f->durable) e = folder_sync(f->folder, "body folder");
	return e;
}
