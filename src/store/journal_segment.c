#include "store/journal_segment.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "store/files.h"

struct header {
	uint32_t magic, version;
	uint64_t base, from;
	struct siphash_key key;
	uint64_t check; /* of all before */
};

struct start {
	uint32_t magic, size; /* octets of the record, these too */
	uint64_t position;
	uint64_t body_check;
	uint64_t check; /* of all before */
};

enum { HEADER_MAGIC = 0x504a524e, RECORD_MAGIC = 0x504a5231, VERSION = 1 };

_Static_assert(sizeof(struct header) <= SEGMENT_START, "the header has its room");
_Static_assert(sizeof(struct start) == RECORD_START, "a record begins so");

void segment_name(uint64_t base, char name[SEGMENT_NAME_SIZE])
{
	snprintf(name, SEGMENT_NAME_SIZE, "%016llx", (unsigned long long)base);
}

bool segment_name_read(const char *name, uint64_t *ret_base)
{
	char *end;

	if (strlen(name) != 16 || strspn(name, "0123456789abcdef") != 16) return false;
	*ret_base = strtoull(name, &end, 16);
	return true;
}

static uint64_t header_check(const struct header *h)
{
	return siphash(&h->key,
		       (slice){ (const char *)h, offsetof(struct header, check) });
}

enum err segment_write_header(const struct segment *s)
{
	char octets[SEGMENT_START] = { 0 };
	struct header h = { .magic = HEADER_MAGIC,
			    .version = VERSION,
			    .base = s->base,
			    .from = s->from,
			    .key = s->key };

	h.check = header_check(&h);
	memcpy(octets, &h, sizeof(h));
	return file_write(s->fd, 0, (slice){ octets, sizeof(octets) }, "journal");
}

/* What lies behind the file's end was never written; what cannot be read is a fault. */
static enum err read_at(const struct segment *s, uint64_t offset, void *into, size_t n)
{
	if (offset > s->size || n > s->size - offset) return ERR_NOT_FOUND;
	return file_read(s->fd, offset, into, n, "journal") ? ERR_NONE : ERR_LATER;
}

enum err segment_read_header(int fd, uint64_t base, struct segment *ret)
{
	struct segment s = { .fd = fd };
	struct stat stat;
	struct header h;
	enum err e;

	if (fstat(fd, &stat) != 0) return file_failed("stat", "journal");
	s.size = (uint64_t)stat.st_size;
	e = read_at(&s, 0, &h, sizeof(h));
	if (e) return e;
	if (h.magic != HEADER_MAGIC) return ERR_NOT_FOUND;
	if (h.version != VERSION) return ERR_INTERNAL;
	if (h.check != header_check(&h)) return ERR_MALFORMED;
	if (h.base != base) return ERR_NOT_FOUND;
	*ret = (struct segment){ fd, s.size, base, h.from, h.key };
	return ERR_NONE;
}

uint64_t segment_offset(const struct segment *s, uint64_t position)
{
	return position - s->base + SEGMENT_START;
}

uint64_t record_check(slice record)
{
	slice body = slice_skip(record, RECORD_START);

	return XXH3_64bits(body.p, body.n);
}

static uint64_t start_check(const struct siphash_key *key, const struct start *s)
{
	return siphash(key, (slice){ (const char *)s, offsetof(struct start, check) });
}

void record_seal(const struct siphash_key *key, uint64_t position, uint64_t check,
		 slice record, char *into)
{
	struct start s = { RECORD_MAGIC, (uint32_t)record.n, position, check, 0 };

	assert(record.n >= RECORD_START && record.n <= RECORD_MAX);
	s.check = start_check(key, &s);
	memcpy(into, &s, sizeof(s));
}

enum err segment_read(const struct segment *s, uint64_t position, char *into,
		      size_t *ret_size)
{
	uint64_t offset = segment_offset(s, position);
	struct start start;
	enum err e = read_at(s, offset, &start, sizeof(start));

	if (e) return e;
	if (start.magic != RECORD_MAGIC || start.position != position ||
	    start.size < RECORD_START || start.size > RECORD_MAX ||
	    start.check != start_check(&s->key, &start))
		return ERR_NOT_FOUND;
	e = read_at(s, offset, into, start.size);
	if (e) return e;
	*ret_size = start.size;
	return start.body_check == record_check((slice){ into, start.size })
		       ? ERR_NONE
		       : ERR_NOT_FOUND;
}
