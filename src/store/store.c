#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/random.h"
#include "store/account_private.h"
#include "store/directory_private.h"
#include "store/files.h"
#include "store/journal.h"
#include "store/quota.h"
#include "store/store_private.h"

int64_t random_id(void)
{
	uint64_t bits;

	random_bytes(&bits, sizeof(bits));
	return (int64_t)(bits >> 1);
}

/* --- the lock file: "<boot id> running" or "<boot id> clean" --- */

static void read_boot(struct store *s)
{
	char text[64];
	ssize_t n = pread(s->lock_fd, text, sizeof(text), 0);
	slice in = { text, n > 0 ? (size_t)n : 0 };
	uint64_t boot;

	if (take_u64(&in, &boot) && take_literal(&in, S(" clean")))
		s->boot = (int64_t)boot;
	else
		s->boot = random_id();
}

static enum err write_boot(struct store *s, const char *state)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%020lld %-7s\n", (long long)s->boot, state);
	enum err e = file_write(s->lock_fd, 0, (slice){ text, (size_t)n }, "lock");

	if (!e && s->durable) e = file_sync(s->lock_fd, "lock");
	return e;
}

static enum err take_lock(struct store *s)
{
	s->lock_fd = openat(s->folder_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd < 0) return file_failed("open", "lock");
	if (flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		bool held = errno == EWOULDBLOCK;
		enum err e = file_failed("lock", s->folder);

		close(s->lock_fd);
		s->lock_fd = -1; /* what it says is the other process's */
		return held ? ERR_EXISTS : e;
	}
	read_boot(s);
	return write_boot(s, "running");
}

/* --- opening --- */

static enum err open_folder(struct store *s, const char *folder)
{
	enum err e = folder_make(AT_FDCWD, folder);

	if (e) return e;
	s->folder = realpath(folder, NULL);
	if (!s->folder) return file_failed("open", folder);
	s->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->folder_fd < 0) return file_failed("open", folder);
	e = take_lock(s);
	if (!e) e = folder_make(s->folder_fd, "accounts");
	if (!e) e = folder_make(s->folder_fd, "spool");
	if (!e) e = folder_make(s->folder_fd, "journal");
	if (!e && s->durable) e = folder_sync(s->folder_fd, folder);
	return e;
}

/* What the journal needs on a full disk, the reserve is for. */
static enum err open_journal(struct store *s)
{
	enum err e = journal_open(s->folder, s->durable, &s->journal);

	if (e ? e != ERR_LATER : journal_is_written_back(s->journal)) return e;
	if (unlinkat(s->folder_fd, "reserve", 0) != 0) return e;
	journal_close(s->journal);
	s->journal = NULL;
	return journal_open(s->folder, s->durable, &s->journal);
}

enum err store_open(const struct store_options *options, struct store **ret)
{
	struct store *s = calloc(1, sizeof(*s));
	enum err e = ERR_NONE;

	assert(s);
	*s = (struct store){ .folder_fd = -1,
			     .lock_fd = -1,
			     .durable = options->durable && options->folder,
			     .flags_per_email = options->flags_per_email,
			     .site_storage = QUOTA_NONE,
			     .site_messages = QUOTA_NONE };
	pthread_mutex_init(&s->kept_lock, NULL);
	if (options->folder) e = open_folder(s, options->folder);
	if (!e && s->folder) e = open_journal(s);
	if (!e && s->durable) s->reserve = reserve_new(s->folder_fd);
	if (!e) e = directory_open(s, &s->directory);
	if (!e)
		*ret = s;
	else
		store_close(s);
	return e;
}

void store_close(struct store *s)
{
	account_close_kept(s);
	directory_close(s->directory);
	journal_close(s->journal);
	if (s->lock_fd >= 0) {
		/* When this fails, the next start takes this stop for a crash. */
		if (write_boot(s, "clean") != ERR_NONE) s->boot = 0;
		close(s->lock_fd);
	}
	if (s->folder_fd >= 0) close(s->folder_fd);
	reserve_free(s->reserve);
	pthread_mutex_destroy(&s->kept_lock);
	free(s->folder);
	free(s);
}

/* --- what lies in the folder --- */

/* Makes one level of a path; a new one is synced into its parent. */
static enum err make_level(const struct store *s, const char *parent, const char *name)
{
	int fd;
	enum err e;

	if (faccessat(s->folder_fd, name, F_OK, 0) == 0) return ERR_NONE;
	e = folder_make(s->folder_fd, name);
	if (e || !s->durable) return e;
	fd = openat(s->folder_fd, parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return file_failed("open", parent);
	e = folder_sync(fd, parent);
	close(fd);
	return e;
}

enum err store_open_folder(const struct store *s, const char *name, int *ret_fd)
{
	char parent[NAME_MAX] = ".", level[NAME_MAX];
	enum err e = ERR_NONE;
	int fd;

	for (size_t n = 0; !e && name[n];) {
		n += strcspn(name + n + 1, "/") + 1;
		snprintf(level, sizeof(level), "%.*s", (int)n, name);
		e = make_level(s, parent, level);
		memcpy(parent, level, sizeof(parent));
	}
	if (e) return e;
	fd = openat(s->folder_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return file_failed("open", name);
	*ret_fd = fd;
	return ERR_NONE;
}

static const char *temporary_folder(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && *folder ? folder : "/tmp";
}

const char *store_spool(const struct store *s, char *buffer, size_t size)
{
	if (!s->folder) return temporary_folder();
	snprintf(buffer, size, "%s/spool", s->folder);
	return buffer;
}

bool store_takes_mail(const struct store *s)
{
	return reserve_is_held(s->reserve);
}

int64_t store_boot(const struct store *s)
{
	return s->boot;
}

static enum err open_database(const struct store *s, const char *name,
			      const struct db_schema *schema, struct journal *j,
			      struct db **ret)
{
	char path[PATH_MAX];
	struct db_options o = { .path = s->folder ? path : NULL,
				.schema = schema,
				.durable = s->durable,
				.reserve = s->reserve,
				.journal = j };

	if (s->folder) snprintf(path, sizeof(path), "%s/%s", s->folder, name);
	return db_open(&o, ret);
}

enum err store_open_database(const struct store *s, const char *name,
			     const struct db_schema *schema, struct db **ret)
{
	return open_database(s, name, schema, s->journal, ret);
}

enum err store_open_derived(const struct store *s, const char *name,
			    const struct db_schema *schema, struct db **ret)
{
	return open_database(s, name, schema, NULL, ret);
}
