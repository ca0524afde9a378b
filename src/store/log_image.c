#include "store/log_image.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/files.h"

static const char name[] = "log image";

void log_image_init(struct log_image *i, const char *folder)
{
	*i = (struct log_image){ .folder = folder, .fd = -1 };
}

void log_image_done(struct log_image *i)
{
	if (i->map) munmap((void *)(uintptr_t)i->map, LOG_IMAGE_MAPPED);
	if (i->fd >= 0) close(i->fd);
	log_image_init(i, i->folder);
}

void log_image_clear(struct log_image *i)
{
	i->size = 0;
}

/* Without a map it is read by calls: slower, that is all. */
static enum err make(struct log_image *i)
{
	enum err e = file_unnamed(i->folder, &i->fd);
	void *map;

	if (e) return e;
	map = mmap(NULL, LOG_IMAGE_MAPPED, PROT_READ, MAP_SHARED, i->fd, 0);
	i->map = map == MAP_FAILED ? NULL : map;
	return ERR_NONE;
}

enum err log_image_write(struct log_image *i, uint64_t offset, slice octets)
{
	uint64_t end = offset + octets.n;
	enum err e = i->fd < 0 ? make(i) : ERR_NONE;

	if (!e) e = file_write(i->fd, offset, octets, name);
	if (!e && end > i->size) i->size = end;
	return e;
}

static bool has(const struct log_image *i, uint64_t offset, size_t n)
{
	return offset <= i->size && n <= i->size - offset;
}

const char *log_image_at(const struct log_image *i, uint64_t offset, size_t n)
{
	return i->map && has(i, offset, n) && offset + n <= LOG_IMAGE_MAPPED
		       ? i->map + offset
		       : NULL;
}

bool log_image_read(const struct log_image *i, uint64_t offset, char *into, size_t n)
{
	const char *at = log_image_at(i, offset, n);

	if (!at) return has(i, offset, n) && file_read(i->fd, offset, into, n, name);
	memcpy(into, at, n);
	return true;
}
