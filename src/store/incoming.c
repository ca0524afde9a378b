#include "store/incoming.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/files.h"
#include "store/incoming_private.h"
#include "store/packing.h"
#include "store/sha256.h"
#include "store/store_private.h"

enum { CHUNK = 64 * 1024 };

struct cut {
	uint64_t start, end;
};

struct incoming {
	struct store *store;
	int fd;           /* -1 while all of it is in memory */
	uint64_t in_file; /* octets before those in memory */
	struct buf memory;
	struct cut *cuts;
	uint32_t cut_count;

	/* since incoming_finish */
	bool finished;
	char hash[MESSAGE_HASH_SIZE];
	char last; /* octet that was looked at */
	uint64_t crlf_growth;
	struct arena arena; /* mime and summary */
	const struct mime *mime;
	struct summary summary;
	slice whole; /* the octets in one piece, unless stored as a file */
	char *packed;
	size_t packed_size;
};

struct incoming *incoming_new(struct store *s)
{
	struct incoming *m = calloc(1, sizeof(*m));

	assert(m);
	m->store = s;
	m->fd = -1;
	buf_init(&m->memory, INCOMING_MEMORY_MAX);
	arena_init(&m->arena, 2 * (size_t)MIME_ARENA_MAX);
	return m;
}

struct incoming *incoming_new_like(const struct incoming *m)
{
	return incoming_new(m->store);
}

static bool is_mapped(const struct incoming *m)
{
	return m->fd >= 0 && m->whole.n;
}

void incoming_free(struct incoming *m)
{
	if (!m) return;
	if (is_mapped(m)) munmap((void *)(uintptr_t)m->whole.p, m->whole.n);
	if (m->fd >= 0) close(m->fd);
	arena_done(&m->arena);
	buf_done(&m->memory);
	free(m->cuts);
	free(m->packed);
	free(m);
}

/* --- gathering --- */

static enum err spill(struct incoming *m)
{
	char folder[PATH_MAX];
	enum err e = ERR_NONE;

	if (!store_takes_mail(m->store)) return ERR_LATER;
	if (m->fd < 0)
		e = file_unnamed(store_spool(m->store, folder, sizeof(folder)), &m->fd);
	if (!e) e = file_write(m->fd, m->in_file, buf_slice(&m->memory), "spool");
	if (e) return e;
	m->in_file += m->memory.n;
	buf_reset(&m->memory);
	return ERR_NONE;
}

enum err incoming_add(struct incoming *m, slice bytes)
{
	assert(!m->finished);
	while (bytes.n) {
		slice part = slice_head(bytes, INCOMING_MEMORY_MAX - m->memory.n);
		enum err e = part.n ? ERR_NONE : spill(m);

		if (e) return e;
		buf_add(&m->memory, part);
		bytes = slice_skip(bytes, part.n);
	}
	return ERR_NONE;
}

uint64_t incoming_size(const struct incoming *m)
{
	return m->in_file + m->memory.n;
}

bool incoming_read(const struct incoming *m, uint64_t offset, char *into, size_t n)
{
	size_t from_file;

	if (offset > incoming_size(m) || n > incoming_size(m) - offset) return false;
	from_file = offset >= m->in_file      ? 0
		    : n < m->in_file - offset ? n
					      : (size_t)(m->in_file - offset);
	if (from_file && !file_read(m->fd, offset, into, from_file, "spool"))
		return false;
	if (n > from_file)
		memcpy(into + from_file,
		       buf_slice(&m->memory).p + (offset + from_file - m->in_file),
		       n - from_file);
	return true;
}

enum err incoming_add_from(struct incoming *m, const struct incoming *from,
			   uint64_t offset, uint64_t n)
{
	char *chunk = malloc(n < CHUNK ? (size_t)n + 1 : CHUNK);
	enum err e = ERR_NONE;

	assert(chunk);
	while (!e && n) {
		size_t part = n < CHUNK ? (size_t)n : CHUNK;

		e = incoming_read(from, offset, chunk, part) ? ERR_NONE : ERR_LATER;
		if (!e) e = incoming_add(m, (slice){ chunk, part });
		offset += part;
		n -= part;
	}
	free(chunk);
	return e;
}

/* --- cutting --- */

enum err incoming_cut(struct incoming *m, uint64_t start, uint64_t end)
{
	assert(!m->finished && start <= end && end <= incoming_size(m));
	if (m->cut_count == INCOMING_CUTS_MAX) return ERR_LIMIT;
	if (m->cut_count % 64 == 0) {
		m->cuts = reallocarray(m->cuts, m->cut_count + 64, sizeof(*m->cuts));
		assert(m->cuts);
	}
	m->cuts[m->cut_count++] = (struct cut){ start, end };
	return ERR_NONE;
}

bool incoming_is_cut(const struct incoming *m, uint64_t offset)
{
	for (uint32_t i = 0; i < m->cut_count; i++)
		if (m->cuts[i].start <= offset && offset < m->cuts[i].end) return true;
	return false;
}

static int compare_cuts(const void *a, const void *b)
{
	const struct cut *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Moves octets to a lower offset, within memory or within the file. */
static enum err move_down(struct incoming *m, uint64_t from, uint64_t to, uint64_t n)
{
	char *chunk;
	enum err e = ERR_NONE;

	if (from == to || n == 0) return ERR_NONE;
	if (m->fd < 0) {
		char *base = m->memory.p + m->memory.start;

		memmove(base + to, base + from, n);
		return ERR_NONE;
	}
	chunk = malloc(CHUNK);
	assert(chunk);
	for (uint64_t at = 0; !e && at < n; at += CHUNK) {
		size_t part = n - at < CHUNK ? (size_t)(n - at) : CHUNK;

		e = incoming_read(m, from + at, chunk, part) ? ERR_NONE : ERR_LATER;
		if (!e) e = file_write(m->fd, to + at, (slice){ chunk, part }, "spool");
	}
	free(chunk);
	return e;
}

static enum err truncate_to(struct incoming *m, uint64_t size)
{
	if (m->fd < 0) {
		buf_truncate(&m->memory, size);
		return ERR_NONE;
	}
	m->in_file = size;
	return ftruncate(m->fd, (off_t)size) == 0 ? ERR_NONE
						  : file_failed("truncate", "spool");
}

/* All of it is in memory, or all in the file. */
static enum err apply_cuts(struct incoming *m)
{
	uint64_t kept = 0, at = 0, size = incoming_size(m);
	enum err e = ERR_NONE;

	if (m->cut_count == 0) return ERR_NONE;
	qsort(m->cuts, m->cut_count, sizeof(*m->cuts), compare_cuts);
	for (uint32_t i = 0; !e && i < m->cut_count; i++) {
		const struct cut *c = m->cuts + i;

		if (c->start > at) {
			e = move_down(m, at, kept, c->start - at);
			kept += c->start - at;
		}
		if (c->end > at) at = c->end;
	}
	if (!e) e = move_down(m, at, kept, size - at);
	return e ? e : truncate_to(m, kept + size - at);
}

/* --- finishing --- */

static void count_bare_ends(struct incoming *m, slice bytes)
{
	while (bytes.n) {
		size_t n = slice_find_char(bytes, '\n');
		bool ends = n < bytes.n;

		if (n) m->last = bytes.p[n - 1];
		if (ends && m->last != '\r') m->crlf_growth++;
		if (ends) m->last = '\n';
		bytes = slice_skip(bytes, n + ends);
	}
}

static void count_missing_end(struct incoming *m)
{
	if (incoming_size(m) && m->last != '\n')
		m->crlf_growth += m->last == '\r' ? 1 : 2;
}

static void look_at(struct incoming *m, struct mime_parser *parser, EVP_MD_CTX *hash,
		    slice bytes)
{
	int good = EVP_DigestUpdate(hash, bytes.p, bytes.n);

	assert(good == 1);
	if (!parser) return;
	mime_parser_feed(parser, bytes);
	count_bare_ends(m, bytes);
}

static bool look_at_all(struct incoming *m, struct mime_parser *parser, EVP_MD_CTX *hash)
{
	uint64_t size = incoming_size(m);
	bool good = true;
	char *chunk;

	if (m->fd < 0) {
		look_at(m, parser, hash, buf_slice(&m->memory));
		return true;
	}
	chunk = malloc(CHUNK);
	assert(chunk);
	for (uint64_t at = 0; good && at < size; at += CHUNK) {
		size_t n = size - at < CHUNK ? (size_t)(size - at) : CHUNK;

		good = incoming_read(m, at, chunk, n);
		if (good) look_at(m, parser, hash, (slice){ chunk, n });
	}
	free(chunk);
	return good;
}

static bool read_source(void *source, uint64_t offset, char *into, size_t n)
{
	return incoming_read(source, offset, into, n);
}

/* parser may be NULL. */
static enum err hash_all(struct incoming *m, struct mime_parser *parser)
{
	EVP_MD_CTX *hash = sha256_begin();
	bool good = look_at_all(m, parser, hash);

	if (EVP_DigestFinal_ex(hash, (unsigned char *)m->hash, NULL) != 1) good = false;
	EVP_MD_CTX_free(hash);
	return good ? ERR_NONE : ERR_LATER;
}

static enum err hash_and_parse(struct incoming *m)
{
	struct mime_parser *parser = mime_parser_new(&m->arena);
	enum err e;

	assert(parser);
	e = hash_all(m, parser);
	count_missing_end(m);
	m->mime = mime_parser_finish(parser);
	if (e) return e;
	return summary_make(m->mime, read_source, m, &m->arena, &m->summary) ? ERR_NONE
									     : ERR_LIMIT;
}

/* A temporary store has no folder for files: all lies in its database. */
static bool lies_in_file(const struct incoming *m)
{
	return m->store->folder && incoming_size(m) > BLOB_INLINE_MAX;
}

static enum err bring_together(struct incoming *m)
{
	void *map;

	if (m->fd < 0 || m->in_file == 0) {
		m->whole = buf_slice(&m->memory);
		return ERR_NONE;
	}
	map = mmap(NULL, m->in_file, PROT_READ, MAP_PRIVATE, m->fd, 0);
	if (map == MAP_FAILED) return file_failed("map", "spool");
	m->whole = (slice){ map, m->in_file };
	return ERR_NONE;
}

static enum err make_stored_form(struct incoming *m)
{
	enum err e;

	if (lies_in_file(m))
		return m->store->durable ? file_sync(m->fd, "spool") : ERR_NONE;
	e = bring_together(m);
	if (!e) m->packed = pack(m->whole, &m->packed_size);
	return e;
}

static enum err finish(struct incoming *m, bool parses)
{
	enum err e = ERR_NONE;

	assert(!m->finished);
	if (m->fd >= 0) e = spill(m);
	if (!e) e = apply_cuts(m);
	if (!e) e = parses ? hash_and_parse(m) : hash_all(m, NULL);
	if (!e) e = make_stored_form(m);
	m->finished = !e;
	return e;
}

enum err incoming_finish(struct incoming *m)
{
	return finish(m, true);
}

enum err incoming_finish_octets(struct incoming *m)
{
	return finish(m, false);
}

/* --- finished --- */

bool incoming_is_finished(const struct incoming *m)
{
	return m->finished;
}

const struct summary *incoming_summary(const struct incoming *m)
{
	assert(m->finished && m->mime);
	return &m->summary;
}

const struct mime *incoming_mime(const struct incoming *m)
{
	assert(m->finished && m->mime);
	return m->mime;
}

uint64_t incoming_crlf_growth(const struct incoming *m)
{
	assert(m->finished);
	return m->crlf_growth;
}

slice incoming_hash(const struct incoming *m)
{
	assert(m->finished);
	return (slice){ m->hash, sizeof(m->hash) };
}

struct stored_form incoming_stored(const struct incoming *m)
{
	if (lies_in_file(m)) return (struct stored_form){ BLOB_FILE, { "", 0 } };
	if (m->packed)
		return (struct stored_form){ BLOB_ZSTD, { m->packed, m->packed_size } };
	return (struct stored_form){ BLOB_RAW, m->whole };
}

int incoming_fd(const struct incoming *m)
{
	return m->fd;
}
