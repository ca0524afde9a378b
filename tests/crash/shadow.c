#include "shadow.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

enum { SECTOR = 512, OBJECTS_MAX = 1000, ENTRIES_MAX = 100, PATH_SIZE = 512 };

struct bytes {
	char *p; /* NULL: all zero */
	size_t n;
};

struct object;

struct entry {
	char name[256];
	struct object *object;
};

struct listing {
	struct entry at[ENTRIES_MAX];
	int n;
};

/* A file or a folder as far as it is synced. */
struct object {
	ino_t inode; /* 0 once it is unlinked */
	bool is_folder;
	struct bytes content;
	struct listing names;
};

static struct object *objects[OBJECTS_MAX];
static int object_count;

static struct object *object_of(const struct stat *s)
{
	struct object *o;

	for (int i = 0; i < object_count; i++)
		if (objects[i]->inode == s->st_ino) return objects[i];
	assert(object_count < OBJECTS_MAX);
	o = objects[object_count++] = calloc(1, sizeof(*o));
	assert(o);
	o->inode = s->st_ino;
	o->is_folder = S_ISDIR(s->st_mode);
	return o;
}

static struct bytes read_whole(int fd, size_t size)
{
	struct bytes b = { NULL, size };
	ssize_t n;

	if (folder_is_hole(fd)) return b;
	b.p = malloc(size + 1);
	n = pread(fd, b.p, size, 0);
	assert(n == (ssize_t)size);
	return b;
}

static struct listing list(int fd)
{
	struct listing l = { .n = 0 };
	DIR *d = fdopendir(openat(fd, ".", O_RDONLY | O_DIRECTORY));
	struct dirent *e;
	struct stat s;

	assert(d);
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.') continue;
		if (fstatat(fd, e->d_name, &s, 0) != 0) continue;
		assert(l.n < ENTRIES_MAX);
		snprintf(l.at[l.n].name, sizeof(l.at[l.n].name), "%s", e->d_name);
		l.at[l.n++].object = object_of(&s);
	}
	closedir(d);
	return l;
}

void shadow_synced(int fd)
{
	struct object *o;
	struct stat s;

	if (fstat(fd, &s) != 0) return;
	o = object_of(&s);
	if (o->is_folder) {
		o->names = list(fd);
		return;
	}
	free(o->content.p);
	o->content = read_whole(fd, (size_t)s.st_size);
}

void shadow_start(const char *folder)
{
	int fd = open(folder, O_RDONLY);
	struct listing l;
	char path[PATH_SIZE];

	assert(fd >= 0);
	shadow_synced(fd);
	l = list(fd);
	for (int i = 0; i < l.n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, l.at[i].name);
		if (l.at[i].object->is_folder) {
			shadow_start(path);
			continue;
		}
		int file = open(path, O_RDONLY);

		shadow_synced(file);
		close(file);
	}
	close(fd);
}

void shadow_will_unlink(int folder, const char *name)
{
	struct stat s;

	if (fstatat(folder, name, &s, 0) == 0 && s.st_nlink == 1)
		object_of(&s)->inode = 0;
}

/* --- after the cut --- */

static struct object *find_name(const struct listing *l, const char *name)
{
	for (int i = 0; i < l->n; i++)
		if (strcmp(l->at[i].name, name) == 0) return l->at[i].object;
	return NULL;
}

static bool toss(unsigned *seed)
{
	return rand_r(seed) & 0x100;
}

/* A copy, of its own. */
static struct bytes written_out(struct bytes b)
{
	struct bytes copy = { calloc(1, b.n + 1), b.n };

	assert(copy.p);
	if (b.p) memcpy(copy.p, b.p, b.n);
	return copy;
}

static struct bytes read_path(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct bytes b = { NULL, 0 };
	struct stat s;

	if (fd < 0) return b;
	fstat(fd, &s);
	b = read_whole(fd, (size_t)s.st_size);
	close(fd);
	return b;
}

/* Each sector as synced or as written last. */
static void mix_sectors(struct bytes *kept, struct bytes now, unsigned *seed)
{
	if (now.n != kept->n && toss(seed)) {
		kept->p = realloc(kept->p, now.n + 1);
		if (now.n > kept->n) memset(kept->p + kept->n, 0, now.n - kept->n);
		kept->n = now.n;
	}
	for (size_t at = 0; at < kept->n && at < now.n; at += SECTOR) {
		size_t n = kept->n < now.n ? kept->n - at : now.n - at;

		if (toss(seed)) memcpy(kept->p + at, now.p + at, n < SECTOR ? n : SECTOR);
	}
}

/* To be freed. What is no file any more was never written. */
static struct bytes mix(struct bytes synced, const char *path, unsigned *seed)
{
	struct bytes now = read_path(path), kept, last;

	if (!now.p && !synced.p && now.n == synced.n) return synced;
	kept = written_out(synced);
	last = written_out(now);
	if (access(path, F_OK) == 0) mix_sectors(&kept, last, seed);
	free(now.p);
	free(last.p);
	return kept;
}

static void build_file(const struct object *o, const char *now, const char *after,
		       bool mixed, unsigned *seed)
{
	struct bytes kept = mixed ? mix(o->content, now, seed) : o->content;
	int fd = open(after, O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert(fd >= 0);
	if (ftruncate(fd, (off_t)kept.n) != 0) abort();
	if (kept.p && write(fd, kept.p, kept.n) != (ssize_t)kept.n) abort();
	close(fd);
	if (kept.p != o->content.p) free(kept.p);
}

static void build_folder(const struct object *o, const char *now, const char *after,
			 bool mixed, unsigned *seed);

static void build_entry(const char *name, const struct object *o, const char *now,
			const char *after, bool mixed, unsigned *seed)
{
	char below_now[PATH_SIZE], below_after[PATH_SIZE];

	snprintf(below_now, sizeof(below_now), "%s/%s", now, name);
	snprintf(below_after, sizeof(below_after), "%s/%s", after, name);
	(o->is_folder ? build_folder : build_file)(o, below_now, below_after, mixed,
						   seed);
}

static void build_folder(const struct object *o, const char *now, const char *after,
			 bool mixed, unsigned *seed)
{
	int fd = open(now, O_RDONLY | O_DIRECTORY);
	struct listing current = { .n = 0 };

	mkdir(after, 0700);
	if (fd >= 0) {
		current = list(fd);
		close(fd);
	}
	for (int i = 0; i < o->names.n; i++) {
		const struct entry *e = o->names.at + i;
		struct object *chosen = e->object;

		if (mixed && toss(seed)) chosen = find_name(&current, e->name);
		if (chosen) build_entry(e->name, chosen, now, after, mixed, seed);
	}
	for (int i = 0; mixed && i < current.n; i++) {
		const struct entry *e = current.at + i;

		if (!find_name(&o->names, e->name) && toss(seed))
			build_entry(e->name, e->object, now, after, mixed, seed);
	}
}

void shadow_build(const char *folder, const char *after, bool mixed, unsigned seed)
{
	struct stat s;

	stat(folder, &s);
	build_folder(object_of(&s), folder, after, mixed, &seed);
}
