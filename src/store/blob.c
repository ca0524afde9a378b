#include "store/blob.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/account_private.h"
#include "store/files.h"
#include "store/incoming_private.h"

void blob_file_name(slice hash, char ret[BLOB_NAME_SIZE])
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
	if (strlen(name) != BLOB_NAME_SIZE - 1) return false;
	for (size_t i = 0; i < MESSAGE_HASH_SIZE; i++) {
		int high = hex_value(name[2 * i]), low = hex_value(name[2 * i + 1]);

		if (high < 0 || low < 0) return false;
		hash[i] = (char)(high << 4 | low);
	}
	return true;
}

/* --- files that may have to go --- */

static void suspect(struct account *a, slice hash)
{
	struct suspects *s = &a->suspects;

	if (s->count == s->capacity) {
		s->capacity = s->capacity ? s->capacity * 2 : 8;
		s->hashes = reallocarray(s->hashes, s->capacity, MESSAGE_HASH_SIZE);
		assert(s->hashes);
	}
	memcpy(s->hashes[s->count++], hash.p, MESSAGE_HASH_SIZE);
}

static enum err find(struct account *a, slice hash, int64_t *ret_id)
{
	struct query *q = db_query(a->db, "SELECT id FROM blob WHERE hash = $1");

	query_blob(q, hash);
	return query_run_int(q, ret_id);
}

/* Only what is surely without a row goes: at any doubt the file stays. */
static void remove_unless_named(struct account *a, slice hash)
{
	char name[BLOB_NAME_SIZE];
	int64_t id;

	if (find(a, hash, &id) != ERR_NOT_FOUND) return;
	blob_file_name(hash, name);
	if (unlinkat(a->folder, name, 0) != 0) file_failed("unlink", name);
}

void blob_settle(struct account *a)
{
	struct suspects *s = &a->suspects;

	for (size_t i = 0; i < s->count; i++)
		remove_unless_named(a, (slice){ s->hashes[i], MESSAGE_HASH_SIZE });
	s->count = 0;
}

/* Looks at every name, removes none while the folder is being listed. */
static void suspect_all(struct account *a, DIR *d)
{
	char hash[MESSAGE_HASH_SIZE];
	struct dirent *entry;

	while ((entry = readdir(d)))
		if (parse_file_name(entry->d_name, hash))
			suspect(a, (slice){ hash, sizeof(hash) });
		else if (slice_starts(slice_of(entry->d_name), S("new-")))
			unlinkat(a->folder, entry->d_name, 0);
}

enum err blob_sweep(struct account *a)
{
	int copy = openat(a->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);

	if (!d) return file_failed("list", "account folder");
	suspect_all(a, d);
	closedir(d);
	blob_settle(a);
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
static enum err copy_file(struct account *a, const struct incoming *m, const char *name)
{
	char temporary[BLOB_NAME_SIZE + 4];
	enum err e;
	int fd;

	snprintf(temporary, sizeof(temporary), "new-%s", name);
	fd = openat(a->folder, temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) return file_failed("create", temporary);
	e = copy_octets(m, fd, temporary);
	if (!e && a->store->durable) e = file_sync(fd, temporary);
	close(fd);
	if (!e && renameat(a->folder, temporary, a->folder, name) != 0)
		e = file_failed("rename", name);
	if (e) unlinkat(a->folder, temporary, 0);
	return e;
}

/* A name stands for whole, synced content, so one that is there already will do. */
static enum err put_file(struct account *a, const struct incoming *m)
{
	char name[BLOB_NAME_SIZE], spool[64];
	enum err e = ERR_NONE;

	blob_file_name(incoming_hash(m), name);
	suspect(a, incoming_hash(m));
	if (faccessat(a->folder, name, F_OK, 0) != 0) {
		snprintf(spool, sizeof(spool), "/proc/self/fd/%d", incoming_fd(m));
		if (linkat(AT_FDCWD, spool, a->folder, name, AT_SYMLINK_FOLLOW) != 0)
			e = copy_file(a, m, name);
	}
	if (!e && a->store->durable) e = folder_sync(a->folder, "account folder");
	return e;
}

static enum err insert_blob(struct account *a, const struct incoming *m, int64_t id)
{
	struct stored_form form = incoming_stored(m);
	enum err e = form.encoding == BLOB_FILE ? put_file(a, m) : ERR_NONE;
	struct query *q;

	if (e) return e;
	q = db_query(a->db, "INSERT INTO blob (id, hash, size, emails,"
			    " encoding, bytes) VALUES ($1, $2, $3, 1, $4, $5)");
	query_int(q, id);
	query_blob(q, incoming_hash(m));
	query_int(q, (int64_t)incoming_size(m));
	query_int(q, form.encoding);
	query_blob(q, form.bytes);
	return query_run(q);
}

static enum err share_blob(struct account *a, int64_t id)
{
	struct query *q =
		db_query(a->db, "UPDATE blob SET emails = emails + 1 WHERE id = $1");

	query_int(q, id);
	return query_run(q);
}

enum err blob_put(struct account *a, const struct incoming *m, int64_t *ret_id)
{
	enum err e = find(a, incoming_hash(m), ret_id);

	if (!e) return share_blob(a, *ret_id);
	if (e != ERR_NOT_FOUND) return e;
	*ret_id = account_take_id(a);
	return insert_blob(a, m, *ret_id);
}

static enum err unshare_blob(struct account *a, int64_t id)
{
	struct query *q = db_query(a->db, "UPDATE blob SET emails = emails - 1"
					  " WHERE id = $1 AND emails > 1");

	query_int(q, id);
	return query_run(q);
}

/* Nearly always the only email's, so that is tried first. */
enum err blob_release(struct account *a, int64_t id)
{
	struct query *q = db_query(a->db, "DELETE FROM blob WHERE id = $1 AND emails = 1"
					  " RETURNING encoding, hash");
	bool gone;
	enum err e;

	query_int(q, id);
	gone = query_row(q);
	if (gone && query_get_int(q, 0) == BLOB_FILE) suspect(a, query_get_slice(q, 1));
	e = query_end(q);
	return e || gone ? e : unshare_blob(a, id);
}
