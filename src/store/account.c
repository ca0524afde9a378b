#include "store/account.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/account_private.h"
#include "store/account_schema.h"
#include "store/blob.h"
#include "store/files.h"
#include "store/mailbox_private.h"
#include "store/search_index_private.h"

enum {
	MODSEQ_BLOCK = 100000,   /* the ceiling is raised by */
	MODSEQ_RESERVE = 10000,  /* more than one group takes */
	LOG_SOFT_MAX = 8 << 20,  /* octets: written back after the answers */
	LOG_HARD_MAX = 16 << 20, /* octets: written back before the next group */
};

static const struct db_schema schema = { account_steps, countof(account_steps) };

int64_t account_id(const struct account *a)
{
	return a->id;
}

struct store *account_store(const struct account *a)
{
	return a->store;
}

enum err damaged(const struct account *a, const char *what)
{
	log_event(LOG_ERROR, "store.damaged", LOG_INT("account", a->id),
		  LOG_TEXT_OF("what", what));
	return ERR_INTERNAL;
}

/* --- opening --- */

void account_folder_name(int64_t id, char name[ACCOUNT_FOLDER_SIZE])
{
	snprintf(name, ACCOUNT_FOLDER_SIZE, "accounts/%02x/%016llx",
		 (unsigned)(id & 0xff), (unsigned long long)id);
}

static enum err read_row(struct account *a)
{
	struct query *q = db_query(a->db, "SELECT boot, modseq, modseq_ceiling, next_id,"
					  " uid_validity, group_number, hash_key,"
					  " incarnation, email_modseq, mailbox_modseq,"
					  " state_floor, lost_from, lost_to"
					  " FROM account");
	bool there = query_row(q);
	enum err e;

	if (there) {
		a->boot = query_get_int(q, 0);
		a->modseq = (uint64_t)query_get_int(q, 1);
		a->modseq_ceiling = (uint64_t)query_get_int(q, 2);
		a->next_id = query_get_int(q, 3);
		a->uid_validity = query_get_int(q, 4);
		a->group_number = query_get_int(q, 5);
		a->hash_key = query_get_int(q, 6);
		a->incarnation = query_get_int(q, 7);
		a->states.emails = (uint64_t)query_get_int(q, 8);
		a->states.mailboxes = (uint64_t)query_get_int(q, 9);
		a->state_floor = (uint64_t)query_get_int(q, 10);
		a->lost_from = (uint64_t)query_get_int(q, 11);
		a->lost_to = (uint64_t)query_get_int(q, 12);
	}
	e = query_end(q);
	return e ? e : there ? ERR_NONE : ERR_NOT_FOUND;
}

static enum err write_row(struct account *a)
{
	struct query *q;

	if (a->syncs && a->modseq + MODSEQ_RESERVE > a->modseq_ceiling)
		a->modseq_ceiling = a->modseq + MODSEQ_BLOCK;
	q = db_query(a->db,
		     "UPDATE account SET boot = $1, modseq = $2, modseq_ceiling = $3,"
		     " next_id = $4, uid_validity = $5, group_number = $6,"
		     " incarnation = $7, email_modseq = $8, mailbox_modseq = $9,"
		     " state_floor = $10, lost_from = $11, lost_to = $12");
	query_int(q, a->boot);
	query_int(q, (int64_t)a->modseq);
	query_int(q, (int64_t)a->modseq_ceiling);
	query_int(q, a->next_id);
	query_int(q, a->uid_validity);
	query_int(q, a->group_number);
	query_int(q, a->incarnation);
	query_int(q, (int64_t)a->states.emails);
	query_int(q, (int64_t)a->states.mailboxes);
	query_int(q, (int64_t)a->state_floor);
	query_int(q, (int64_t)a->lost_from);
	query_int(q, (int64_t)a->lost_to);
	return query_run(q);
}

static enum err insert_row(struct account *a)
{
	struct query *q = db_query(a->db, "INSERT INTO account (id, incarnation, boot,"
					  " modseq, modseq_ceiling, next_id,"
					  " uid_validity, group_number, hash_key)"
					  " VALUES ($1, $2, 0, 0, 0, 0, 0, 0, $3)");

	query_int(q, a->id);
	query_int(q, a->incarnation);
	query_int(q, a->hash_key);
	return query_run(q);
}

/* The account's first moment: its row and its INBOX, in one transaction. */
static enum err make_new(struct account *a)
{
	int64_t inbox;
	enum err e;

	a->modseq = a->states.emails = a->states.mailboxes = 1;
	a->next_id = 1;
	a->hash_key = random_id();
	a->incarnation = random_id();
	e = account_begin(a, JOB_WRITES);
	if (e) return e;
	e = insert_row(a);
	if (!e) e = mailbox_create(a, S("INBOX"), USE_NONE, &inbox);
	if (!e) return account_commit(a);
	account_rollback(a);
	return e;
}

/* States that are lost with their groups tell of changes that never were. Of earlier
 * stops no more is kept than the newest such state. */
static void skip_numbers(struct account *a)
{
	if (a->state_floor < a->lost_to) a->state_floor = a->lost_to;
	a->lost_from = a->modseq;
	a->lost_to = a->modseq = a->modseq_ceiling + 1;
	a->states = (struct account_states){ a->modseq, a->modseq };
}

/* After an unclean stop the last numbers may be lost with their group: count on where
 * none was ever handed out. */
static enum err recover(struct account *a)
{
	if (a->boot == a->store->boot) return ERR_NONE;
	if (a->modseq < a->modseq_ceiling) skip_numbers(a);
	a->boot = a->store->boot;
	a->unsettled = true;
	return a->files.folder >= 0 ? blob_sweep(a) : ERR_NONE;
}

static enum err open_database(struct account *a)
{
	char name[ACCOUNT_FOLDER_SIZE], file[ACCOUNT_FOLDER_SIZE + 16];
	enum err e;

	account_folder_name(a->id, name);
	e = body_files_open(&a->files, a->store, name);
	snprintf(file, sizeof(file), "%s/mail.db", name);
	if (!e) e = store_open_database(a->store, file, &schema, &a->db);
	if (e) return e;
	e = read_row(a);
	if (e == ERR_NOT_FOUND) {
		a->boot = a->store->boot;
		return make_new(a);
	}
	if (!e) e = recover(a);
	return e ? e : account_renew_if_older(a);
}

static struct account *take_kept(struct store *s, int64_t id)
{
	struct account **at, *found;

	pthread_mutex_lock(&s->kept_lock);
	at = &s->kept;
	while (*at && (*at)->id != id)
		at = &(*at)->next_kept;
	found = *at;
	if (found) *at = found->next_kept;
	pthread_mutex_unlock(&s->kept_lock);
	return found;
}

static void discard(struct account *a)
{
	search_index_close(a->index);
	db_close(a->db);
	body_files_close(&a->files);
	free(a->counts);
	free(a);
}

enum err account_open(struct store *s, int64_t id, struct account **ret)
{
	struct account *a = take_kept(s, id);
	enum err e = ERR_NONE;

	if (!a) {
		a = calloc(1, sizeof(*a));
		assert(a);
		*a = (struct account){ .store = s, .id = id, .files.folder = -1 };
		e = open_database(a);
	}
	if (e)
		discard(a);
	else
		*ret = a;
	return e;
}

/* Noted only once the file is written back: else a power cut would make it seem older. */
static void close_noted(struct account *a)
{
	const struct account_state state = a->stored;
	struct store *s = a->store;

	discard(a);
	if (state.id) account_state_note(s, &state);
}

void account_close(struct account *a)
{
	struct store *s = a->store;

	if (s->folder) {
		close_noted(a);
		return;
	}
	pthread_mutex_lock(&s->kept_lock);
	a->next_kept = s->kept;
	s->kept = a;
	pthread_mutex_unlock(&s->kept_lock);
}

void account_close_kept(struct store *s)
{
	while (s->kept) {
		struct account *next = s->kept->next_kept;

		discard(s->kept);
		s->kept = next;
	}
}

/* --- removing --- */

static enum err remove_files(int folder, const char *name)
{
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	enum err e = ERR_NONE;

	if (!d) return file_failed("list", name);
	for (struct dirent *entry; !e && (entry = readdir(d));)
		if (entry->d_name[0] != '.' && unlinkat(folder, entry->d_name, 0) != 0)
			e = file_failed("unlink", entry->d_name);
	closedir(d);
	return e;
}

enum err account_remove(struct store *s, int64_t id)
{
	struct account *kept = take_kept(s, id);
	char name[ACCOUNT_FOLDER_SIZE];
	enum err e;
	int fd;

	if (kept) discard(kept);
	if (!s->folder) return ERR_NONE;
	account_folder_name(id, name);
	fd = openat(s->folder_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return ERR_NONE; /* never opened */
	e = remove_files(fd, name);
	close(fd);
	if (!e && unlinkat(s->folder_fd, name, AT_REMOVEDIR) != 0)
		e = file_failed("rmdir", name);
	return e;
}

/* --- numbers --- */

enum err account_take_modseq(struct account *a, uint64_t *ret)
{
	assert(a->in_group);
	if (!a->syncs && a->modseq >= a->modseq_ceiling) return ERR_LATER;
	a->changing = true;
	*ret = ++a->modseq;
	return ERR_NONE;
}

void account_note_emails(struct account *a, uint64_t modseq)
{
	if (modseq > a->states.emails) a->states.emails = modseq;
}

void account_note_mailboxes(struct account *a, uint64_t modseq)
{
	if (modseq > a->states.mailboxes) a->states.mailboxes = modseq;
}

int64_t account_take_id(struct account *a)
{
	return a->next_id++;
}

/* Greater than any the account ever gave, and than the clock of an account that lay
 * here before under the same names. */
uint32_t account_take_uid_validity(struct account *a)
{
	int64_t now = clock_now();

	a->uid_validity = now > a->uid_validity ? now : a->uid_validity + 1;
	return (uint32_t)a->uid_validity;
}

/* --- transactions --- */

/* The sync of the last group failed. Whatever can be read after this is on disk; the
 * group's number tells whether the group is. */
static enum err find_outcome(struct account *a)
{
	struct account found = { .db = a->db };
	enum err e = db_reopen(a->db);

	if (!e) e = read_row(&found);
	if (e) return ERR_INTERNAL;
	return found.group_number == a->group_number ? ERR_NONE : ERR_LATER;
}

/* A failed checkpoint may have lost what the kernel had taken: settled as a commit is. */
static enum err write_log_back(struct account *a, uint64_t above)
{
	enum err e;

	if (db_log_size(a->db) <= above || !db_checkpoint(a->db)) return ERR_NONE;
	e = find_outcome(a);
	return e == ERR_INTERNAL ? e : ERR_NONE;
}

void account_begin_reading(struct account *a)
{
	db_begin_reading(a->db);
}

void account_end_reading(struct account *a)
{
	db_end_reading(a->db);
}

enum err account_begin(struct account *a, enum job_level strongest)
{
	enum err e;

	a->syncs = strongest == JOB_WRITES || a->unsettled ||
		   a->modseq + MODSEQ_RESERVE > a->modseq_ceiling;
	a->changing = false;
	a->made_keywords = 0;
	a->states_before = a->states;
	a->savepoints = 0;
	e = write_log_back(a, LOG_HARD_MAX);
	if (!e) e = db_begin(a->db, a->syncs ? DB_SYNC_FULL : DB_SYNC_NORMAL);
	if (e) return e;
	a->in_group = true;
	a->group_number++;
	return ERR_NONE;
}

enum err account_savepoint(struct account *a)
{
	assert(a->savepoints < SAVEPOINTS_MAX);
	a->states_at[a->savepoints++] = a->states;
	return db_savepoint(a->db);
}

enum err account_release(struct account *a)
{
	a->savepoints--;
	return db_release(a->db);
}

void account_rollback_to(struct account *a)
{
	db_rollback_to(a->db);
	a->states = a->states_at[--a->savepoints];
	quota_forget(a);
}

bool account_in_transaction(const struct account *a)
{
	return db_in_transaction(a->db);
}

static void forget_group(struct account *a)
{
	a->states = a->states_before;
	quota_forget(a);
}

/* A group that is not synced and took no number has no outcome to be looked up. */
enum err account_commit(struct account *a)
{
	bool unknown = false, has_row = a->syncs || a->changing;
	enum err e = has_row ? write_row(a) : ERR_NONE;

	if (!e)
		e = db_commit(a->db, &unknown);
	else
		db_rollback(a->db);
	if (e && unknown) e = find_outcome(a);
	a->in_group = false;
	if (e) forget_group(a);
	if (!e && a->syncs) a->unsettled = false;
	if (!e && has_row) a->stored = account_state_of(a);
	if (!e && a->changing) a->changed = true;
	blob_settle(a);
	return e;
}

void account_rollback(struct account *a)
{
	db_rollback(a->db);
	a->in_group = false;
	forget_group(a);
	blob_settle(a);
}

bool account_take_changed(struct account *a)
{
	bool changed = a->changed;

	a->changed = false;
	return changed;
}

void account_checkpoint(struct account *a)
{
	if (write_log_back(a, LOG_SOFT_MAX))
		log_event(LOG_ERROR, "store.account-out-of-service",
			  LOG_INT("account", a->id));
}
