#include "store/journal.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/random.h"
#include "store/db_log_file.h"
#include "store/files.h"
#include "store/journal_private.h"

const char *journal_vfs(const struct journal *j)
{
	return log_vfs_name(j->vfs);
}

bool journal_is_roomy(const struct journal *j)
{
	uint64_t length = j->end - j->segments[0].base;

	return length > JOURNAL_ROOMY && length / JOURNAL_ROOMY_TIMES > j->live;
}

/* --- adding --- */

static bool takes(struct journal *j, size_t size)
{
	const struct segment *s = journal_last_segment(j);

	return s->base >= j->unsure_below &&
	       segment_offset(s, j->end) + size <= JOURNAL_SEGMENT_SIZE;
}

/* Where there is no room for another segment, a sound one just grows. */
static enum err make_room(struct journal *j, size_t size)
{
	enum err e;

	if (takes(j, size)) return ERR_NONE;
	while (j->is_syncing)
		pthread_cond_wait(&j->was_synced, &j->lock);
	if (takes(j, size)) return ERR_NONE;
	e = journal_begin_segment(j);
	return journal_last_segment(j)->base >= j->unsure_below ? ERR_NONE : e;
}

static void count_record(struct database_log *l, size_t size)
{
	struct journal *j = l->journal;

	if (!l->begin) l->begin = j->end;
	j->end += size;
	l->end = j->end;
	l->live += size;
	j->live += size;
}

static enum err add(struct database_log *l, char *record, size_t size, uint64_t check)
{
	struct journal *j = l->journal;
	const struct segment *s;
	enum err e = make_room(j, size);

	if (e) return e;
	s = journal_last_segment(j);
	record_seal(&j->key, j->end, check, (slice){ record, size }, record);
	e = file_write(s->fd, segment_offset(s, j->end), (slice){ record, size },
		       "journal");
	if (!e) count_record(l, size);
	return e;
}

/* The octets are hashed before the lock is taken. */
enum err journal_add(struct database_log *l, char *record, size_t size,
		     uint64_t *ret_position)
{
	struct journal *j = l->journal;
	uint64_t check = record_check((slice){ record, size });
	enum err e;

	pthread_mutex_lock(&j->lock);
	e = add(l, record, size, check);
	if (!e && ret_position) *ret_position = l->end - size;
	pthread_mutex_unlock(&j->lock);
	return e;
}

/* --- syncing --- */

/* What the kernel had taken may be lost, and it would not say so again. Nothing more goes
 * into that segment, and the logs in it are written again before they go on. */
void journal_note_failure(struct journal *j)
{
	if (!j->unsure_below) j->lost_from = j->synced;
	j->unsure_below = j->end;
}

/* For all who wait, and for what they have added by now. */
static void sync_for_all(struct journal *j)
{
	uint64_t end = j->end;
	int fd = journal_last_segment(j)->fd;
	enum err e;

	journal_lay_out(j);
	j->is_syncing = true;
	pthread_mutex_unlock(&j->lock);
	e = file_sync(fd, "journal");
	pthread_mutex_lock(&j->lock);
	j->is_syncing = false;
	if (e)
		journal_note_failure(j);
	else
		j->synced = end;
	pthread_cond_broadcast(&j->was_synced);
}

bool journal_is_unsure(const struct database_log *l)
{
	return l->begin && l->begin < l->journal->unsure_below;
}

/* Also where another thread has begun a new segment meanwhile, and goes on there. */
static bool is_lost(const struct database_log *l, uint64_t position)
{
	const struct journal *j = l->journal;

	return (position > j->lost_from && position <= j->unsure_below) ||
	       journal_is_unsure(l);
}

enum err journal_sync(struct database_log *l, uint64_t position)
{
	struct journal *j = l->journal;
	bool lost;

	if (!j->durable) return ERR_NONE;
	pthread_mutex_lock(&j->lock);
	while (j->synced < position && !is_lost(l, position))
		if (j->is_syncing)
			pthread_cond_wait(&j->was_synced, &j->lock);
		else
			sync_for_all(j);
	lost = is_lost(l, position);
	pthread_mutex_unlock(&j->lock);
	return lost ? ERR_LATER : ERR_NONE;
}

/* --- opening --- */

static enum err open_folder(struct journal *j, const char *folder)
{
	int data = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err e;

	if (data < 0) return file_failed("open", folder);
	j->folder = realpath(folder, NULL);
	e = j->folder ? folder_make(data, "journal") : file_failed("find", folder);
	if (!e)
		j->folder_fd = openat(data, "journal",
				      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (!e && j->folder_fd < 0) e = file_failed("open", "journal");
	if (!e) file_give_to_owner(j->folder_fd, data);
	close(data);
	return e;
}

/* Logs that could not be written back are there at the next opening. */
static void free_logs(struct journal *j)
{
	for (struct database_log *l = j->logs, *next; l; l = next) {
		next = l->next;
		database_log_free(l);
	}
}

static void discard(struct journal *j)
{
	free_logs(j);
	log_vfs_free(j->vfs);
	journal_close_segments(j);
	if (j->folder_fd >= 0) close(j->folder_fd);
	pthread_cond_destroy(&j->was_synced);
	pthread_mutex_destroy(&j->lock);
	free(j->folder);
	free(j);
}

static bool is_empty(struct journal *j)
{
	return j->count == 1 && j->end == journal_last_segment(j)->base;
}

/* A clean stop leaves one empty segment, which is gone on with, but by a new key: behind
 * its beginning may lie what was not synced before a power cut. */
static enum err go_on(struct journal *j)
{
	journal_last_segment(j)->key = j->key;
	j->synced = j->end;
	return segment_write_header(journal_last_segment(j));
}

/* Logs that are kept are written again before they go on. */
static enum err begin(struct journal *j)
{
	if (is_empty(j)) return go_on(j);
	if (j->logs) j->unsure_below = j->lost_from = j->end;
	return journal_begin_segment(j);
}

bool journal_is_written_back(const struct journal *j)
{
	return !j->logs;
}

enum err journal_open(const char *folder, bool durable, struct journal **ret)
{
	struct journal *j = calloc(1, sizeof(*j));
	enum err e;

	assert(j);
	j->folder_fd = -1;
	j->durable = durable;
	random_bytes(&j->key, sizeof(j->key));
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->was_synced, NULL);
	j->vfs = log_vfs_new(j);
	e = open_folder(j, folder);
	if (!e) e = journal_open_segments(j);
	if (!e) e = journal_recover(j);
	if (!e) e = begin(j);
	if (e)
		discard(j);
	else
		*ret = j;
	return e;
}

/* What fails here only makes the next opening slower. */
void journal_close(struct journal *j)
{
	if (!j) return;
	journal_remove_spares(j); /* whose octets are of older records */
	if (!j->logs && !is_empty(j) && journal_begin_segment(j))
		log_event(LOG_WARNING, "store.journal-kept");
	discard(j);
}
