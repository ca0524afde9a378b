#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"
#include "store/files.h"
#include "store/journal_private.h"

enum {
	LAID_FROM = 24 << 10, /* octets; a shorter segment just grows */
	LAID_MIN = 64 << 10,
	ZEROS = 64 << 10, /* written at once */
	ALIGNMENT = 4096, /* of bases */
	SPARES_MAX = 8,
};

static const char zeros[ZEROS];

struct segment *journal_segment(struct journal *j)
{
	return j->segments + j->count - 1;
}

static uint64_t needed_from(const struct journal *j)
{
	uint64_t from = j->end;

	for (const struct database_log *l = j->logs; l; l = l->next)
		if (l->begin && l->begin < from) from = l->begin;
	return from;
}

/* --- letting go --- */

static const char *spare_name(int number, char name[SEGMENT_NAME_SIZE])
{
	snprintf(name, SEGMENT_NAME_SIZE, "spare%d", number);
	return name;
}

/* Its octets are allocated: what is used again is quicker to sync. */
static void remove_oldest(struct journal *j)
{
	char name[SEGMENT_NAME_SIZE], spare[SEGMENT_NAME_SIZE];

	segment_name(j->segments[0].base, name);
	close(j->segments[0].fd);
	if (j->spares < SPARES_MAX &&
	    renameat(j->folder_fd, name, j->folder_fd, spare_name(j->spares, spare)) == 0)
		j->spares++;
	else
		unlinkat(j->folder_fd, name,
			 0); /* else its position tells that it is old */
	j->count--;
	memmove(j->segments, j->segments + 1, (size_t)j->count * sizeof(*j->segments));
}

void journal_remove_spares(struct journal *j)
{
	char name[SEGMENT_NAME_SIZE];

	for (int i = 0; i < SPARES_MAX; i++)
		unlinkat(j->folder_fd, spare_name(i, name), 0);
	j->spares = 0;
}

/* --- beginning --- */

static enum err sync_last(struct journal *j)
{
	struct segment *s = j->count ? journal_segment(j) : NULL;
	enum err e;

	if (!s || !j->durable || s->base < j->unsure_below || j->synced == j->end)
		return ERR_NONE;
	e = file_sync(s->fd, "journal");
	if (e) journal_note_failure(j);
	return e;
}

static enum err make_file(struct journal *j, const char *name, int *ret)
{
	char spare[SEGMENT_NAME_SIZE];
	int how = O_CREAT | O_EXCL;

	if (j->spares > 0 && renameat(j->folder_fd, spare_name(--j->spares, spare),
				      j->folder_fd, name) == 0)
		how = 0;
	*ret = openat(j->folder_fd, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | how, 0600);
	if (*ret < 0) return file_failed("create", name);
	file_give_to_owner(*ret, j->folder_fd);
	return ERR_NONE;
}

static enum err write_header(struct journal *j, const struct segment *s)
{
	enum err e = segment_write_header(s);

	if (!e && j->durable) e = file_sync(s->fd, "journal");
	if (!e && j->durable) e = folder_sync(j->folder_fd, "journal");
	return e;
}

static enum err make_segment(struct journal *j, struct segment *s)
{
	char name[SEGMENT_NAME_SIZE];
	struct stat stat;
	enum err e;

	segment_name(s->base, name);
	e = make_file(j, name, &s->fd);
	if (e) return e;
	e = write_header(j, s);
	if (!e && fstat(s->fd, &stat) != 0) e = file_failed("stat", name);
	if (!e) {
		s->size = (uint64_t)stat.st_size;
		return ERR_NONE;
	}
	/* Should the name come back, it says nothing. */
	if (ftruncate(s->fd, 0) != 0) file_failed("truncate", name);
	close(s->fd);
	unlinkat(j->folder_fd, name, 0);
	return e;
}

/* What is before the new one's `from` may go in any order: nobody reads it again. */
enum err journal_begin_segment(struct journal *j)
{
	struct segment s = { .from = needed_from(j), .key = j->key };
	enum err e = j->count < JOURNAL_SEGMENTS_MAX ? sync_last(j) : ERR_LIMIT;

	if (e) return e;
	s.base = (j->end + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
	if (s.from == j->end) s.from = s.base;
	e = make_segment(j, &s);
	if (e) return e;
	j->segments[j->count++] = s;
	j->end = j->synced = s.base;
	j->laid = s.base + s.size - SEGMENT_START;
	while (j->count > 1 && j->segments[1].base <= s.from)
		remove_oldest(j);
	return ERR_NONE;
}

/* --- room --- */

static bool disk_is_roomy(const struct journal *j)
{
	struct statvfs disk;

	return fstatvfs(j->folder_fd, &disk) == 0 &&
	       disk.f_bavail >= JOURNAL_SPARE / disk.f_frsize;
}

static uint64_t room_ahead(const struct journal *j, uint64_t length)
{
	if (length < LAID_FROM || !disk_is_roomy(j)) return 0;
	if (length < LAID_MIN) return LAID_MIN;
	return length < JOURNAL_LAID_MAX ? length : JOURNAL_LAID_MAX;
}

void journal_lay_out(struct journal *j)
{
	const struct segment *s = journal_segment(j);
	uint64_t left;

	if (j->end <= j->laid) return;
	left = room_ahead(j, j->end - s->base);
	j->laid = j->end;
	while (left > 0) {
		slice some = { zeros, left < ZEROS ? (size_t)left : ZEROS };

		if (file_write(s->fd, segment_offset(s, j->laid), some, "journal"))
			return;
		j->laid += some.n;
		left -= some.n;
	}
}

/* --- opening --- */

static void put_aside(const struct journal *j, const char *name)
{
	char aside[NAME_MAX + 1];

	snprintf(aside, sizeof(aside), "damaged-%.*s", SEGMENT_NAME_SIZE, name);
	log_event(LOG_ERROR, "store.journal-damaged", LOG_TEXT_OF("file", name),
		  LOG_TEXT_OF("kept-as", aside));
	renameat(j->folder_fd, name, j->folder_fd, aside);
}

/* One without its header never had anything durable in it. */
static enum err without_header(const struct journal *j, const char *name, enum err e)
{
	if (e == ERR_NOT_FOUND) unlinkat(j->folder_fd, name, 0);
	if (e == ERR_MALFORMED) put_aside(j, name);
	if (e == ERR_INTERNAL)
		log_event(LOG_ERROR, "store.journal-is-newer", LOG_TEXT_OF("file", name));
	return e == ERR_NOT_FOUND || e == ERR_MALFORMED ? ERR_NONE : e;
}

static enum err open_segment(struct journal *j, const char *name, uint64_t base)
{
	int fd = openat(j->folder_fd, name, O_RDWR | O_CLOEXEC);
	struct segment s;
	enum err e;

	if (fd < 0) return file_failed("open", name);
	e = segment_read_header(fd, base, &s);
	if (!e && j->count == JOURNAL_SEGMENTS_MAX) e = ERR_LIMIT;
	if (!e) {
		j->segments[j->count++] = s;
		return ERR_NONE;
	}
	close(fd);
	return without_header(j, name, e);
}

static enum err open_all(struct journal *j)
{
	int copy = openat(j->folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	enum err e = ERR_NONE;
	uint64_t base;

	if (!d) return file_failed("list", "journal");
	for (struct dirent *entry; !e && (entry = readdir(d));)
		if (segment_name_read(entry->d_name, &base))
			e = open_segment(j, entry->d_name, base);
	closedir(d);
	journal_remove_spares(j);
	return e;
}

static int compare_bases(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return x->base < y->base ? -1 : x->base > y->base;
}

enum err journal_open_segments(struct journal *j)
{
	enum err e = open_all(j);

	if (e || !j->count) return e;
	qsort(j->segments, (size_t)j->count, sizeof(*j->segments), compare_bases);
	while (j->count > 1 && j->segments[1].base <= journal_segment(j)->from)
		remove_oldest(j);
	j->end = journal_segment(j)->base;
	j->laid = j->end + journal_segment(j)->size - SEGMENT_START;
	return ERR_NONE;
}

void journal_close_segments(struct journal *j)
{
	for (int i = 0; i < j->count; i++)
		close(j->segments[i].fd);
	j->count = 0;
	if (j->folder_fd >= 0) journal_remove_spares(j);
}
