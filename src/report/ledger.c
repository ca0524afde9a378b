#include "report/ledger.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "report/ledger_private.h"
#include "report/report_schema.h"

static const struct db_schema schema = { report_steps, countof(report_steps) };

/* An entry that waits; its texts lie behind it, and are the key of the map. */
struct tally {
	struct ledger_report of;
	slice policy, entry;
	int64_t count;
	size_t size;
	char texts[];
};

slice report_kind_name(enum report_kind k)
{
	static const slice names[] = {
		[REPORT_DMARC] = SLICE_INIT("dmarc"),
		[REPORT_TLS] = SLICE_INIT("tls"),
		[REPORT_FAILURE] = SLICE_INIT("failure"),
	};

	return names[k];
}

enum err ledger_open(struct store *s, struct ledger **ret)
{
	struct ledger *l = calloc(1, sizeof(*l));
	enum err e;

	assert(l);
	e = store_open_database(s, "reports.db", &schema, &l->db);
	if (e) {
		free(l);
		return e;
	}
	l->store = s;
	pthread_mutex_init(&l->lock, NULL);
	pthread_mutex_init(&l->db_lock, NULL);
	map_init(&l->waiting, MAP_BORROWS_KEYS);
	*ret = l;
	return ERR_NONE;
}

static void free_tallies(struct map *m)
{
	const struct map_entry *entry;

	for (size_t at = 0; (entry = map_next(m, &at));)
		free(entry->value);
	map_done(m);
}

void ledger_close(struct ledger *l)
{
	if (!l) return;
	db_close(l->db);
	free_tallies(&l->waiting);
	pthread_mutex_destroy(&l->lock);
	pthread_mutex_destroy(&l->db_lock);
	free(l);
}

/* ---- what waits ---- */

static slice append(char **to, slice text)
{
	slice copy = { *to, text.n };

	if (text.n) memcpy(*to, text.p, text.n);
	*to += text.n;
	*(*to)++ = '\0'; /* so that no two entries run into the same key */
	return copy;
}

static struct tally *new_tally(const struct ledger_report *of, slice policy, slice entry)
{
	char numbers[64];
	int n = snprintf(numbers, sizeof(numbers), "%d %lld %lld", (int)of->kind,
			 (long long)of->begin, (long long)of->end);
	size_t size = (size_t)n + of->domain.n + policy.n + entry.n + 4;
	struct tally *t;
	char *to;

	if (size > LEDGER_ENTRY_MAX) return NULL;
	t = calloc(1, sizeof(*t) + size);
	assert(t);
	to = t->texts;
	*t = (struct tally){ .of = *of, .count = 1, .size = size };
	append(&to, (slice){ numbers, (size_t)n });
	t->of.domain = append(&to, of->domain);
	t->policy = append(&to, policy);
	t->entry = append(&to, entry);
	return t;
}

static bool has_room(const struct ledger *l, const struct tally *t)
{
	return l->waiting.count < LEDGER_WAITING_MAX &&
	       l->octets + t->size <= LEDGER_OCTETS_MAX;
}

/* True: it is kept, and now the map's. */
static bool count(struct ledger *l, struct tally *t)
{
	slice key = { t->texts, t->size };
	struct tally *there = map_find(&l->waiting, key);

	if (there) {
		there->count++;
		return false;
	}
	if (!has_room(l, t)) {
		l->dropped++;
		return false;
	}
	map_put(&l->waiting, key, t);
	l->octets += t->size;
	return true;
}

bool ledger_add(struct ledger *l, const struct ledger_report *of, slice policy,
		slice entry)
{
	struct tally *t = new_tally(of, policy, entry);
	bool is_kept, is_first;

	pthread_mutex_lock(&l->lock);
	if (!t) l->dropped++;
	is_kept = t && count(l, t);
	is_first = is_kept && l->waiting.count == 1;
	pthread_mutex_unlock(&l->lock);
	if (!is_kept) free(t);
	return is_first;
}

size_t ledger_waiting(struct ledger *l)
{
	size_t n;

	pthread_mutex_lock(&l->lock);
	n = l->waiting.count;
	pthread_mutex_unlock(&l->lock);
	return n;
}

/* ---- writing ---- */

/* What waited until now; the caller's. */
static struct map take_batch(struct ledger *l, uint64_t *ret_dropped)
{
	struct map batch;

	pthread_mutex_lock(&l->lock);
	batch = l->waiting;
	map_init(&l->waiting, MAP_BORROWS_KEYS);
	l->octets = 0;
	*ret_dropped = l->dropped;
	l->dropped = 0;
	pthread_mutex_unlock(&l->lock);
	return batch;
}

static enum err add_row(struct db *d, const struct tally *t)
{
	struct query *row =
		db_query(d, "INSERT INTO tally"
			    " (kind, domain, begin_at, end_at, policy, entry, count)"
			    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
			    " ON CONFLICT (kind, domain, begin_at, end_at, policy, entry)"
			    " DO UPDATE SET count = tally.count + excluded.count");

	query_int(row, t->of.kind);
	query_text(row, t->of.domain);
	query_int(row, t->of.begin);
	query_int(row, t->of.end);
	query_text(row, t->policy);
	query_text(row, t->entry);
	query_int(row, t->count);
	return query_run(row);
}

/* Never less than there are, and known at once. */
static enum err count_rows(struct db *d, int64_t *ret)
{
	return query_run_int(
		db_query(d, "SELECT COALESCE(MAX(id) - MIN(id) + 1, 0) FROM tally"), ret);
}

static enum err write_batch(struct db *d, const struct map *batch)
{
	const struct map_entry *entry;
	int64_t rows = 0;
	bool unknown;
	enum err e = db_begin(d, DB_SYNC_NORMAL);

	if (e) return e;
	e = count_rows(d, &rows);
	if (!e && rows + (int64_t)batch->count > LEDGER_ROWS_MAX) e = ERR_LIMIT;
	for (size_t at = 0; !e && (entry = map_next(batch, &at));)
		e = add_row(d, entry->value);
	if (!e) return db_commit(d, &unknown);
	db_rollback(d);
	return e;
}

enum err ledger_write(struct ledger *l)
{
	struct map batch;
	uint64_t dropped;
	enum err e = ERR_LATER;

	pthread_mutex_lock(&l->db_lock);
	batch = take_batch(l, &dropped);
	if (store_takes_mail(l->store)) e = write_batch(l->db, &batch);
	if (db_log_size(l->db) > LEDGER_LOG_MAX && db_checkpoint(l->db))
		log_event(LOG_WARNING, "reports.not-written-back");
	pthread_mutex_unlock(&l->db_lock);
	if (dropped || (e && batch.count))
		log_event(LOG_WARNING, "reports.lost", LOG_INT("dropped", dropped),
			  LOG_INT("entries", e ? batch.count : 0), LOG_ERR("why", e));
	free_tallies(&batch);
	return e;
}
