#include "store/database_log.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "store/journal_private.h"

enum {
	PENDING_MAX = 128 * 1024,
	ENTRY_MAX = RECORD_START + sizeof(struct record_entry) + DATABASE_LOG_NAME_SIZE,
	CHUNK = 14 * LOG_FRAME, /* written again at once */
};

_Static_assert(ENTRY_MAX + PENDING_MAX + LOG_DELTA_MAX <= RECORD_MAX, "a record fits");
_Static_assert(LOG_HEADER + CHUNK <= LOG_WRITE_MAX, "a chunk is one write");

/* Where a record is made. The thread's own: malloc would give so much back to the kernel
 * each time. */
static _Thread_local char record[RECORD_MAX];

static size_t deltas_at(const struct database_log *l)
{
	return RECORD_START + sizeof(struct record_entry) + strlen(l->name);
}

static void drop_pending(struct database_log *l)
{
	free(l->pending);
	l->pending = NULL;
	l->pending_size = 0;
}

static void forget_frames(struct database_log *l)
{
	if (l->frames) log_frames_forget(l->frames);
}

static void need_frames(struct database_log *l)
{
	if (!l->frames) l->frames = calloc(1, sizeof(*l->frames));
	assert(l->frames);
}

/* --- records --- */

/* Of `size` octets of deltas, which are in their place. */
static enum err add_record(struct database_log *l, size_t size, bool is_partial,
			   uint64_t *ret_position)
{
	size_t name_size = strlen(l->name), at = deltas_at(l);
	struct record_entry entry = { l->generation, l->number, (uint16_t)name_size,
				      is_partial };
	enum err e;

	memcpy(record + RECORD_START, &entry, sizeof(entry));
	memcpy(record + RECORD_START + sizeof(entry), l->name, name_size);
	e = journal_add(l, record, at + size, ret_position);
	if (!e) l->number++;
	return e;
}

static void begin_generation(struct database_log *l)
{
	l->generation = ++l->journal->generations;
	l->number = 0;
}

/* One write of what stands in the image. */
static enum err add_again(struct database_log *l, const struct log_write *w, bool is_last,
			  uint64_t *ret_position)
{
	size_t n = log_delta_make(w, l->frames, &l->image, record + deltas_at(l));

	log_frames_note(l->frames, w);
	return add_record(l, n, !is_last, ret_position);
}

static enum err add_all_again(struct database_log *l, uint64_t *ret_begin)
{
	char *octets = malloc(LOG_WRITE_MAX);
	enum err e = ERR_NONE;
	uint64_t position;

	assert(octets);
	for (uint64_t at = 0; !e && at < l->image.size;) {
		uint64_t left = l->image.size - at;
		size_t n = CHUNK + (at ? 0 : LOG_HEADER);
		struct log_write w = { at, { octets, left < n ? (size_t)left : n } };

		if (!log_image_read(&l->image, at, octets, w.octets.n))
			e = ERR_LATER;
		else
			e = add_again(l, &w, w.octets.n == left, &position);
		if (at == 0) *ret_begin = position;
		at += w.octets.n;
	}
	free(octets);
	return e;
}

static void count_from(struct database_log *l, uint64_t begin, uint64_t live_before)
{
	struct journal *j = l->journal;

	pthread_mutex_lock(&j->lock);
	l->begin = begin;
	l->live -= live_before;
	j->live -= live_before;
	pthread_mutex_unlock(&j->lock);
}

/* All of the log once more, at the journal's end, as a generation of its own. */
static enum err write_again(struct database_log *l)
{
	uint64_t generation = l->generation, live = l->live, begin = 0;
	uint32_t number = l->number;
	enum err e;

	need_frames(l);
	forget_frames(l);
	begin_generation(l);
	e = add_all_again(l, &begin);
	if (!e) {
		count_from(l, begin, live);
		drop_pending(l);
		return ERR_NONE;
	}
	l->generation = generation;
	l->number = number;
	return e;
}

/* A record of what is pending and `added` octets more that stand behind their place. */
static enum err push(struct database_log *l, size_t added)
{
	size_t size = l->pending_size + added;
	enum err e;

	if (journal_is_unsure(l)) return write_again(l);
	if (!l->generation) begin_generation(l);
	if (l->pending_size) memcpy(record + deltas_at(l), l->pending, l->pending_size);
	drop_pending(l);
	e = add_record(l, size, false, NULL);
	if (e) forget_frames(l);
	return e;
}

static void keep_pending(struct database_log *l, const char *delta, size_t n)
{
	if (!l->pending) l->pending = malloc(PENDING_MAX);
	assert(l->pending);
	memcpy(l->pending + l->pending_size, delta, n);
	l->pending_size += n;
}

/* --- what lies still --- */

/* Under the journal's lock: the log that begins first, but not in the last segment. */
static struct database_log *oldest_of(struct journal *j)
{
	uint64_t before = journal_last_segment(j)->base;
	struct database_log *oldest = NULL;

	for (struct database_log *l = j->logs; l; l = l->next) {
		if (!l->begin || l->begin >= before || l->is_broken) continue;
		oldest = l;
		before = l->begin;
	}
	return oldest;
}

/* What keeps the journal far longer than what counts of it. Locked; NULL: there is none,
 * or its owner is at work on it, who will come here too. */
static struct database_log *take_oldest(struct journal *j)
{
	struct database_log *oldest;

	pthread_mutex_lock(&j->lock);
	oldest = journal_is_roomy(j) ? oldest_of(j) : NULL;
	if (oldest && pthread_mutex_trylock(&oldest->lock) != 0) oldest = NULL;
	pthread_mutex_unlock(&j->lock);
	return oldest;
}

/* What fails here is tried again by the next. */
static void write_oldest_again(struct journal *j)
{
	struct database_log *l = take_oldest(j);

	if (!l) return;
	if (write_again(l)) forget_frames(l);
	pthread_mutex_unlock(&l->lock);
}

/* --- writing --- */

/* Images that are kept are files that nobody sees; altogether they have a limit. */
static void clear_image(struct database_log *l)
{
	_Atomic uint64_t *all = &l->journal->images;
	uint64_t octets =
		l->image.size > l->image_octets ? l->image.size : l->image_octets;

	*all -= l->image_octets;
	l->image_octets = octets;
	if (octets <= LOG_IMAGE_MAPPED && *all + octets <= JOURNAL_IMAGES_MAX) {
		log_image_clear(&l->image);
	} else {
		log_image_done(&l->image);
		l->image_octets = 0;
	}
	*all += l->image_octets;
}

static void end_log(struct database_log *l)
{
	drop_pending(l);
	forget_frames(l);
	clear_image(l);
	l->generation = 0;
	count_from(l, 0, l->live);
}

/* The image first, for only what has its record is there after a crash. A commit without
 * a record is cut off again: else SQLite would find it when it next looks for commits. */
static enum err put(struct database_log *l, const struct log_write *w, bool commits)
{
	char *delta = record + deltas_at(l) + l->pending_size;
	enum err e;
	size_t n;

	need_frames(l);
	n = log_delta_make(w, l->frames, &l->image, delta);
	if (log_image_write(&l->image, w->offset, w->octets)) {
		forget_frames(l);
		return ERR_LATER;
	}
	log_frames_note(l->frames, w);
	if (commits || l->pending_size + n > PENDING_MAX) {
		e = push(l, n);
		if (e && l->image.size > w->offset) l->image.size = w->offset;
		return e;
	}
	keep_pending(l, delta, n);
	return ERR_NONE;
}

enum err database_log_write(struct database_log *l, const struct log_write *w,
			    bool commits)
{
	enum err e;

	pthread_mutex_lock(&l->lock);
	/* SQLite begins anew once all that was in the log is in the database. */
	if (w->offset == 0 && l->image.size) end_log(l);
	e = put(l, w, commits);
	pthread_mutex_unlock(&l->lock);
	return e;
}

void database_log_end(struct database_log *l)
{
	pthread_mutex_lock(&l->lock);
	end_log(l);
	pthread_mutex_unlock(&l->lock);
	write_oldest_again(l->journal);
}

/* --- syncing --- */

enum err database_log_sync(struct database_log *l)
{
	enum err e = ERR_NONE;
	uint64_t end;

	/* In front of its first commit SQLite syncs the header, in order that no older
	 * commits follow it. In an image there are none. */
	if (l->image.size <= LOG_HEADER) return ERR_NONE;
	pthread_mutex_lock(&l->lock);
	if (l->pending_size) e = push(l, 0);
	if (!e && journal_is_unsure(l)) e = write_again(l);
	end = l->end;
	pthread_mutex_unlock(&l->lock);
	if (!e) e = journal_sync(l, end);
	write_oldest_again(l->journal);
	return e;
}

/* --- reading --- */

uint64_t database_log_size(const struct database_log *l)
{
	return l->image.size;
}

bool database_log_read(struct database_log *l, uint64_t offset, char *into, size_t n)
{
	return log_image_read(&l->image, offset, into, n);
}

/* --- opening --- */

bool database_log_is_whole(const struct database_log *l)
{
	return !l->is_broken;
}

/* Under the journal's lock; the place that names it. */
static struct database_log **find(struct journal *j, slice name)
{
	struct database_log **at = &j->logs;

	while (*at && !slice_eq(slice_of((*at)->name), name))
		at = &(*at)->next;
	return at;
}

static struct database_log *new_log(struct journal *j, slice name)
{
	struct database_log *l = calloc(1, sizeof(*l));

	assert(l && name.n < sizeof(l->name));
	l->journal = j;
	memcpy(l->name, name.p, name.n);
	pthread_mutex_init(&l->lock, NULL);
	log_image_init(&l->image, j->folder);
	return l;
}

struct database_log *database_log_open(struct journal *j, slice name)
{
	struct database_log **at, *l;

	pthread_mutex_lock(&j->lock);
	at = find(j, name);
	if (!*at) *at = new_log(j, name);
	l = *at;
	l->is_open = true;
	pthread_mutex_unlock(&j->lock);
	return l;
}

void database_log_free(struct database_log *l)
{
	drop_pending(l);
	l->journal->images -= l->image_octets;
	log_image_done(&l->image);
	pthread_mutex_destroy(&l->lock);
	free(l->frames);
	free(l);
}

static void take_out(struct database_log *l)
{
	struct journal *j = l->journal;

	pthread_mutex_lock(&j->lock);
	*find(j, slice_of(l->name)) = l->next;
	pthread_mutex_unlock(&j->lock);
}

void database_log_close(struct database_log *l)
{
	bool is_kept;

	pthread_mutex_lock(&l->lock);
	l->is_open = false;
	is_kept = l->image.size;
	if (!is_kept) take_out(l);
	pthread_mutex_unlock(&l->lock);
	if (!is_kept) database_log_free(l);
}

static struct database_log *find_locked(struct journal *j, slice name)
{
	struct database_log *l;

	pthread_mutex_lock(&j->lock);
	l = *find(j, name);
	pthread_mutex_unlock(&j->lock);
	return l;
}

bool database_log_is_there(struct journal *j, slice name)
{
	return find_locked(j, name);
}

void database_log_remove(struct journal *j, slice name)
{
	struct database_log *l = find_locked(j, name);

	if (!l) return;
	assert(!l->is_open);
	database_log_end(l);
	database_log_close(l);
}
