#include "store/body.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/account_private.h"
#include "store/blob.h"
#include "store/body_private.h"
#include "store/files.h"
#include "store/packing.h"

/* memory holds the prefix, then the octets unless they lie in the file, then the packed
 * part map. */
struct body {
	uint64_t prefix_size, size;
	int fd;           /* -1: the octets are in memory */
	size_t in_memory; /* octets of the message in memory */
	size_t parts_size;
	char memory[];
};

static enum err fill_octets(const struct body_files *files, const struct body_row *row,
			    struct body *b)
{
	char *into = b->memory + row->prefix.n;

	switch (row->encoding) {
	case BLOB_FILE:
		return body_files_find(files, row->hash, &b->fd);
	case BLOB_ZSTD:
		return unpack(row->bytes, into, row->size) ? ERR_NONE : ERR_INTERNAL;
	case BLOB_RAW:
		if (row->bytes.n != row->size) return ERR_INTERNAL;
		memcpy(into, row->bytes.p, row->size);
		return ERR_NONE;
	default:
		return ERR_INTERNAL;
	}
}

enum err body_make(const struct body_files *files, const struct body_row *row,
		   struct body **ret)
{
	size_t octets = row->encoding == BLOB_FILE ? 0 : row->size;
	size_t in_memory = row->prefix.n + octets;
	struct body *b = malloc(sizeof(*b) + in_memory + row->parts.n);
	enum err e;

	if (!b) return ERR_LATER;
	*b = (struct body){ .prefix_size = row->prefix.n,
			    .size = row->prefix.n + row->size,
			    .fd = -1,
			    .in_memory = in_memory,
			    .parts_size = row->parts.n };
	memcpy(b->memory, row->prefix.p, row->prefix.n);
	memcpy(b->memory + in_memory, row->parts.p, row->parts.n);
	e = fill_octets(files, row, b);
	if (e)
		body_close(b);
	else
		*ret = b;
	return e;
}

enum err body_open(struct account *a, int64_t email, struct body **ret)
{
	struct query *q =
		db_query(a->db, "SELECT b.encoding, b.size, e.prefix, e.parts, b.hash,"
				" b.bytes FROM email e JOIN blob b ON b.id = e.blob"
				" WHERE e.id = $1");
	enum err e = ERR_NOT_FOUND, ended;
	struct body *b = NULL;

	query_int(q, email);
	if (query_row(q)) {
		struct body_row row = { .encoding = query_get_int(q, 0),
					.size = (uint64_t)query_get_int(q, 1),
					.prefix = query_get_slice(q, 2),
					.parts = query_get_slice(q, 3),
					.hash = query_get_slice(q, 4),
					.bytes = query_get_slice(q, 5) };

		e = body_make(&a->files, &row, &b);
		if (e == ERR_INTERNAL) e = damaged(a, "body");
	}
	ended = query_end(q);
	if (!ended && !e) {
		*ret = b;
		return ERR_NONE;
	}
	body_close(b);
	return ended ? ended : e;
}

void body_close(struct body *b)
{
	if (!b) return;
	if (b->fd >= 0) close(b->fd);
	free(b);
}

uint64_t body_size(const struct body *b)
{
	return b->size;
}

bool body_read(const struct body *b, uint64_t offset, char *into, size_t n)
{
	size_t near;

	if (offset > b->size || n > b->size - offset) return false;
	near = offset >= b->in_memory      ? 0
	       : n < b->in_memory - offset ? n
					   : (size_t)(b->in_memory - offset);
	memcpy(into, b->memory + offset, near);
	return n == near || file_read(b->fd, offset + near - b->prefix_size, into + near,
				      n - near, "body");
}

bool body_append(const struct body *b, uint64_t offset, uint64_t n, struct buf *out)
{
	char *into;

	if (offset >= b->size) return true;
	if (n > b->size - offset) n = b->size - offset;
	into = buf_reserve(out, n);
	if (!into || !body_read(b, offset, into, n)) return false;
	buf_commit(out, n);
	return true;
}

slice body_view(const struct body *b)
{
	if (b->fd >= 0) return (slice){ NULL, 0 };
	return (slice){ b->memory, b->size };
}

/* The map is of the octets as sent; the whole begins with the prefix, which belongs to
 * the header of the message itself. */
static void shift(struct part_place *parts, uint32_t count, uint64_t by)
{
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0) parts[i].start += by;
		parts[i].body_start += by;
		parts[i].end += by;
	}
}

enum err body_parts(const struct body *b, struct arena *arena, struct part_map *ret)
{
	slice packed = { b->memory + b->in_memory, b->parts_size };
	struct part_place *shifted;
	struct part_map map;

	if (!part_map_unpack(packed, arena, &map)) return ERR_LIMIT;
	shifted = arena_alloc_array(arena, map.count, sizeof(*shifted));
	if (!shifted) return ERR_LIMIT;
	memcpy(shifted, map.parts, map.count * sizeof(*shifted));
	shift(shifted, map.count, b->prefix_size);
	*ret = (struct part_map){ shifted, map.count };
	return ERR_NONE;
}
