#include "store/log_image.h"

#include <unistd.h>

#include "store/files.h"

static const char name[] = "log image";

void log_image_init(struct log_image *i, const char *folder)
{
	*i = (struct log_image){ .folder = folder, .fd = -1 };
}

void log_image_clear(struct log_image *i)
{
	if (i->fd >= 0) close(i->fd);
	log_image_init(i, i->folder);
}

enum err log_image_write(struct log_image *i, uint64_t offset, slice octets)
{
	uint64_t end = offset + octets.n;
	enum err e = i->fd < 0 ? file_unnamed(i->folder, &i->fd) : ERR_NONE;

	if (!e) e = file_write(i->fd, offset, octets, name);
	if (!e && end > i->size) i->size = end;
	return e;
}

bool log_image_read(struct log_image *i, uint64_t offset, char *into, size_t n)
{
	if (offset > i->size || n > i->size - offset) return false;
	if (!file_read(i->fd, offset, into, n, name)) i->failed = true;
	return !i->failed;
}
