#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/map.h"
#include "store/db.h"
#include "store/files.h"
#include "store/journal_private.h"

/* Where a record is. */
struct place {
	uint32_t segment, size;
	uint64_t position;
};

/* A generation of a log's records, as far as they follow one another. */
struct chain {
	uint64_t generation; /* 0: there is none */
	struct place *places;
	uint32_t count;
	uint64_t octets;
};

struct lost_log {
	char name[DATABASE_LOG_NAME_SIZE];
	struct chain whole;
	struct chain partial; /* takes the place of `whole` with its last record */
};

struct recovery {
	struct journal *journal;
	struct map logs; /* struct lost_log by name */
	char record[RECORD_MAX];
	char octets[LOG_WRITE_MAX];
};

/* --- which records count --- */

static void chain_clear(struct chain *c)
{
	free(c->places);
	*c = (struct chain){ 0 };
}

static void chain_add(struct chain *c, struct place p)
{
	if (c->count % 64 == 0) {
		c->places = reallocarray(c->places, c->count + 64, sizeof(*c->places));
		assert(c->places);
	}
	c->places[c->count++] = p;
	c->octets += p.size;
}

/* One that has lost a record is cut there. */
static bool goes_on(const struct chain *c, const struct record_entry *e)
{
	return c->generation == e->generation && c->count == e->number;
}

static void note_record(struct lost_log *l, const struct record_entry *e, struct place p)
{
	struct chain *c = goes_on(&l->whole, e) ? &l->whole : &l->partial;

	if (e->number == 0) {
		chain_clear(c);
		c->generation = e->generation;
	}
	if (!goes_on(c, e)) return;
	chain_add(c, p);
	if (c == &l->whole || e->is_partial) return;
	chain_clear(&l->whole);
	l->whole = l->partial;
	l->partial = (struct chain){ 0 };
}

static struct lost_log *log_of(struct recovery *r, slice name)
{
	struct lost_log *l = map_find(&r->logs, name);

	if (l) return l;
	l = calloc(1, sizeof(*l));
	assert(l);
	memcpy(l->name, name.p, name.n);
	map_put(&r->logs, slice_of(l->name), l);
	return l;
}

/* What follows the entry: the name, then deltas. */
static bool read_entry(slice record, struct record_entry *ret, slice *ret_name,
		       slice *ret_deltas)
{
	slice rest = slice_skip(record, RECORD_START);

	if (rest.n < sizeof(*ret)) return false;
	memcpy(ret, rest.p, sizeof(*ret));
	rest = slice_skip(rest, sizeof(*ret));
	if (ret->name_size >= DATABASE_LOG_NAME_SIZE || ret->name_size > rest.n)
		return false;
	*ret_name = slice_head(rest, ret->name_size);
	*ret_deltas = slice_skip(rest, ret->name_size);
	return true;
}

/* New generations are above all that were. */
static void note_entry(struct recovery *r, slice record, struct place p)
{
	struct record_entry entry;
	slice name, deltas;

	if (!read_entry(record, &entry, &name, &deltas)) return;
	if (entry.generation > r->journal->generations)
		r->journal->generations = entry.generation;
	note_record(log_of(r, name), &entry, p);
}

static enum err read_segment(struct recovery *r, uint32_t number)
{
	const struct segment *s = r->journal->segments + number;
	size_t n;
	enum err e;

	if (r->journal->end < s->base) r->journal->end = s->base;
	for (uint64_t at = s->base; !(e = segment_read(s, at, r->record, &n)); at += n) {
		r->journal->end = at + n;
		note_entry(r, (slice){ r->record, n },
			   (struct place){ number, (uint32_t)n, at });
	}
	return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

/* --- making logs of them --- */

static enum err make_writes(struct recovery *r, struct database_log *l, slice deltas)
{
	struct log_write w;
	enum err e = ERR_NONE;

	while (!e && deltas.n)
		e = log_delta_take(&deltas, &l->image, r->octets, &w)
			    ? log_image_write(&l->image, w.offset, w.octets)
			    : ERR_MALFORMED;
	return e;
}

static enum err replay(struct recovery *r, const struct place *p, struct database_log *l)
{
	struct record_entry entry;
	slice name, deltas;
	size_t n;
	enum err e = segment_read(r->journal->segments + p->segment, p->position,
				  r->record, &n);

	if (e) return e;
	return read_entry((slice){ r->record, n }, &entry, &name, &deltas)
		       ? make_writes(r, l, deltas)
		       : ERR_MALFORMED;
}

/* Its records count on, so that its segments stay, and the next opening tries again. */
static void keep(struct database_log *l, const struct chain *c)
{
	l->begin = c->places[0].position;
	l->end = c->places[c->count - 1].position + c->places[c->count - 1].size;
	l->generation = c->generation;
	l->number = c->count;
	l->live = c->octets;
	l->journal->live += c->octets;
}

static enum err replay_all(struct recovery *r, const struct chain *c,
			   struct database_log *l)
{
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < c->count; i++)
		e = replay(r, c->places + i, l);
	return e;
}

/* Its log is kept until SQLite asks for it, and gone once that has written it back. */
static enum err write_back(struct recovery *r, const struct lost_log *lost,
			   const char *path)
{
	struct database_log *l = database_log_open(r->journal, slice_of(lost->name));
	enum err e = replay_all(r, &lost->whole, l);

	l->is_broken = e != ERR_NONE;
	keep(l, &lost->whole);
	database_log_close(l);
	return e ? e : db_write_log_back(path, r->journal);
}

/* A damaged database, or one that may not be opened, stands for itself. */
static void recover_log(struct recovery *r, const struct lost_log *lost)
{
	char path[PATH_MAX];
	enum err e;

	snprintf(path, sizeof(path), "%s/%s", r->journal->folder, lost->name);
	if (!lost->whole.count || (access(path, F_OK) != 0 && errno == ENOENT)) return;
	e = write_back(r, lost, path);
	if (e)
		log_event(LOG_ERROR, "store.journal-not-written-back",
			  LOG_TEXT_OF("file", path), LOG_ERR("cause", e));
}

/* It may outlive the process only, by now; soon the databases rely on it. */
static enum err sync_segments(const struct journal *j)
{
	enum err e = ERR_NONE;

	for (int i = 0; !e && j->durable && i < j->count; i++)
		e = file_sync(j->segments[i].fd, "journal");
	return e;
}

static void free_logs(struct recovery *r)
{
	const struct map_entry *m;
	size_t cursor = 0;

	while ((m = map_next(&r->logs, &cursor))) {
		struct lost_log *l = m->value;

		chain_clear(&l->whole);
		chain_clear(&l->partial);
		free(l);
	}
	map_done(&r->logs);
}

enum err journal_recover(struct journal *j)
{
	struct recovery *r = calloc(1, sizeof(*r));
	const struct map_entry *m;
	enum err e = ERR_NONE;
	size_t cursor = 0;

	assert(r);
	r->journal = j;
	map_init(&r->logs, MAP_BORROWS_KEYS);
	for (uint32_t i = 0; !e && i < (uint32_t)j->count; i++)
		e = read_segment(r, i);
	if (!e && r->logs.count) e = sync_segments(j);
	if (r->logs.count)
		log_event(LOG_INFO, "store.recovering",
			  LOG_INT("databases", (int64_t)r->logs.count));
	while (!e && (m = map_next(&r->logs, &cursor)))
		recover_log(r, m->value);
	free_logs(r);
	free(r);
	return e;
}
