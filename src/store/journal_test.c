#include "store/journal.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "store/journal_private.h"

static const char *const steps[] = { "CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)" };
static const struct db_schema schema = { steps, 1 };

/* More pages than the cache holds, so that many are written before the commit. */
#define ADD_MANY                                                                         \
	"INSERT INTO t (id, v) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"               \
	" SELECT i + 1 FROM n WHERE i < 1200) SELECT i, printf('%5000d', i) FROM n"

enum { PATH_SIZE = 1024 };

/* A data folder, and a copy of it as a process finds it that starts after a kill. */
struct scene {
	char folder[128], copy[160];
	struct journal *journal;
	struct db *db;
};

static struct db *open_database(struct journal *j, const char *folder, const char *name)
{
	char path[PATH_SIZE];
	struct db_options o = {
		.path = path, .schema = &schema, .durable = true, .journal = j
	};
	struct db *d;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	CHECK_INT(db_open(&o, &d), ERR_NONE);
	return d;
}

static void begin(struct scene *s)
{
	*s = (struct scene){ .folder = "/tmp/postroom-test-XXXXXX" };
	CHECK(mkdtemp(s->folder));
	snprintf(s->copy, sizeof(s->copy), "%s/copy", s->folder);
	CHECK_INT(journal_open(s->folder, true, &s->journal), ERR_NONE);
	s->db = open_database(s->journal, s->folder, "live");
}

static void copy_file(const char *from, const char *to)
{
	char octets[8192];
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	size_t n;

	CHECK(in && out);
	while ((n = fread(octets, 1, sizeof(octets), in)))
		CHECK_INT(fwrite(octets, 1, n, out), n);
	fclose(in);
	CHECK_INT(fclose(out), 0);
}

static void for_each_file(const char *folder, void (*act)(const char *path, void *),
			  void *context)
{
	DIR *d = opendir(folder);
	char path[PATH_SIZE];
	int n;

	CHECK(d);
	for (struct dirent *e; (e = readdir(d));) {
		if (e->d_type != DT_REG) continue;
		n = snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		CHECK(n < PATH_SIZE);
		act(path, context);
	}
	closedir(d);
}

static void copy_into(const char *path, void *folder)
{
	char to[2 * PATH_SIZE];

	snprintf(to, sizeof(to), "%s%s", (const char *)folder, strrchr(path, '/'));
	copy_file(path, to);
}

static void remove_one(const char *path, void *)
{
	CHECK_INT(unlink(path), 0);
}

static void remove_folder(const char *folder)
{
	char journal[PATH_SIZE];

	snprintf(journal, sizeof(journal), "%s/journal", folder);
	for_each_file(journal, remove_one, NULL);
	for_each_file(folder, remove_one, NULL);
	CHECK_INT(rmdir(journal), 0);
	CHECK_INT(rmdir(folder), 0);
}

static void end(struct scene *s)
{
	db_close(s->db);
	journal_close(s->journal);
	remove_folder(s->folder);
}

static void run(struct db *d, const char *sql)
{
	CHECK_INT(db_execute(d, sql), ERR_NONE);
}

static int64_t ask(struct db *d, const char *sql)
{
	int64_t answer = -1;

	CHECK_INT(query_run_int(db_query(d, sql), &answer), ERR_NONE);
	return answer;
}

static void commit(struct db *d)
{
	bool unknown;

	CHECK_INT(db_commit(d, &unknown), ERR_NONE);
}

static void add(struct db *d, enum db_sync level)
{
	CHECK_INT(db_begin(d, level), ERR_NONE);
	run(d, "INSERT INTO t (v) VALUES (randomblob(50000))");
	commit(d);
}

static void make_copy(struct scene *s)
{
	char from[PATH_SIZE], to[PATH_SIZE];

	snprintf(from, sizeof(from), "%s/journal", s->folder);
	snprintf(to, sizeof(to), "%s/journal", s->copy);
	CHECK_INT(mkdir(s->copy, 0700), 0);
	CHECK_INT(mkdir(to, 0700), 0);
	for_each_file(s->folder, copy_into, s->copy);
	for_each_file(from, copy_into, to);
}

/* Of the copy's database; the copy goes. */
static int64_t ask_copy(struct scene *s, const char *name, const char *sql)
{
	struct journal *j;
	struct db *d;
	int64_t answer;

	CHECK_INT(journal_open(s->copy, true, &j), ERR_NONE);
	d = open_database(j, s->copy, name);
	CHECK_INT(ask(d, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	answer = ask(d, sql);
	db_close(d);
	journal_close(j);
	remove_folder(s->copy);
	return answer;
}

static int64_t ask_after_a_kill(struct scene *s, const char *sql)
{
	make_copy(s);
	return ask_copy(s, "live", sql);
}

TEST(journal_holds_a_commit_when_it_returns)
{
	static const enum db_sync levels[] = { DB_SYNC_NORMAL, DB_SYNC_FULL };
	struct scene s;

	begin(&s);
	for (int i = 0; i < 10; i++) {
		CHECK_INT(db_begin(s.db, levels[i % 2]), ERR_NONE);
		run(s.db, "INSERT INTO t (v) VALUES (randomblob(50000))");
		commit(s.db);
		CHECK_INT(ask_after_a_kill(&s, "SELECT COUNT(*) FROM t"), i + 1);
	}
	end(&s);
}

/* Pages are written, read again, and written anew where they lie in the log. */
TEST(journal_holds_what_a_large_transaction_changed_twice)
{
	struct scene s;

	begin(&s);
	CHECK_INT(db_begin(s.db, DB_SYNC_NORMAL), ERR_NONE);
	run(s.db, ADD_MANY);
	CHECK_INT(ask(s.db, "SELECT COUNT(*) FROM t WHERE CAST(v AS INTEGER) = id"),
		  1200);
	run(s.db, "UPDATE t SET v = randomblob(6000) WHERE id % 3 = 0");
	run(s.db, "UPDATE t SET v = randomblob(10) WHERE id % 7 = 0");
	CHECK_INT(ask(s.db, "SELECT COUNT(*) FROM t WHERE length(v) = 10"), 171);
	commit(s.db);
	CHECK_INT(ask_after_a_kill(&s, "SELECT SUM(length(v)) FROM t"),
		  ask(s.db, "SELECT SUM(length(v)) FROM t"));
	end(&s);
}

TEST(journal_holds_nothing_of_what_was_rolled_back)
{
	struct scene s;

	begin(&s);
	for (int i = 1; i <= 3; i++) {
		CHECK_INT(db_begin(s.db, DB_SYNC_NORMAL), ERR_NONE);
		run(s.db, "DELETE FROM t");
		run(s.db, ADD_MANY);
		db_rollback(s.db);
		CHECK_INT(ask_after_a_kill(&s, "SELECT COUNT(*) FROM t"), i - 1);
		CHECK_INT(db_begin(s.db, DB_SYNC_NORMAL), ERR_NONE);
		run(s.db, "INSERT INTO t (v) VALUES ('small')");
		commit(s.db);
		CHECK_INT(ask_after_a_kill(&s, "SELECT COUNT(*) FROM t"), i);
	}
	end(&s);
}

/* A log written back is begun anew. */
TEST(journal_goes_on_once_a_log_is_written_back)
{
	struct scene s;

	begin(&s);
	for (int i = 1; i <= 4; i++) {
		CHECK_INT(db_begin(s.db, DB_SYNC_NORMAL), ERR_NONE);
		run(s.db, "INSERT INTO t (v) VALUES (randomblob(100000))");
		commit(s.db);
		if (i % 2 == 0) CHECK_INT(db_checkpoint(s.db), ERR_NONE);
		CHECK_INT(ask_after_a_kill(&s, "SELECT COUNT(*) FROM t"), i);
	}
	end(&s);
}

/* Each database gets its own back, whatever lies between its records. */
TEST(journal_holds_several_databases)
{
	enum { OTHERS = 5, ROUNDS = 12 };
	struct scene s;
	struct db *others[OTHERS];
	char name[] = "other0";

	begin(&s);
	for (int i = 0; i < OTHERS; i++, name[5]++)
		others[i] = open_database(s.journal, s.folder, name);
	for (int i = 0; i < ROUNDS; i++) {
		add(s.db, DB_SYNC_FULL);
		add(others[i % OTHERS], DB_SYNC_NORMAL);
		if (i == 7) CHECK_INT(db_checkpoint(s.db), ERR_NONE);
	}
	CHECK_INT(ask_after_a_kill(&s, "SELECT COUNT(*) FROM t"), ROUNDS);
	make_copy(&s);
	CHECK_INT(ask_copy(&s, "other1", "SELECT COUNT(*) FROM t"), 3);
	for (int i = 0; i < OTHERS; i++)
		db_close(others[i]);
	end(&s);
}

static void count(const char *, void *n)
{
	++*(int *)n;
}

static int segments_of(const struct scene *s)
{
	char path[PATH_SIZE];
	int n = 0;

	snprintf(path, sizeof(path), "%s/journal", s->folder);
	for_each_file(path, count, &n);
	return n;
}

/* A database that lies still does not hold the journal up, nor is it lost. */
TEST(journal_lets_go_of_segments)
{
	enum { ROUNDS = 200, WRITTEN_BACK_EVERY = 10, MOST = 30 };
	struct scene s;
	struct db *still;

	begin(&s);
	still = open_database(s.journal, s.folder, "still");
	add(still, DB_SYNC_FULL);
	for (int i = 0; i < ROUNDS; i++) {
		CHECK_INT(db_begin(s.db, DB_SYNC_FULL), ERR_NONE);
		run(s.db, "UPDATE t SET v = 'short'");
		run(s.db, "INSERT INTO t (v) VALUES (randomblob(1000000))");
		commit(s.db);
		if (i % WRITTEN_BACK_EVERY == 0) CHECK_INT(db_checkpoint(s.db), ERR_NONE);
		CHECK(segments_of(&s) <= MOST);
	}
	CHECK_INT(ask_after_a_kill(&s, "SELECT COUNT(*) FROM t"), ROUNDS);
	make_copy(&s);
	CHECK_INT(ask_copy(&s, "still", "SELECT COUNT(*) FROM t"), 1);
	add(still, DB_SYNC_FULL);
	make_copy(&s);
	CHECK_INT(ask_copy(&s, "still", "SELECT COUNT(*) FROM t"), 2);
	db_close(still);
	end(&s);
}

TEST(journal_is_one_empty_segment_after_a_clean_stop)
{
	struct scene s;

	begin(&s);
	for (int i = 0; i < 3; i++) {
		add(s.db, DB_SYNC_FULL);
		db_close(s.db);
		journal_close(s.journal);
		CHECK_INT(segments_of(&s), 1);
		CHECK_INT(journal_open(s.folder, true, &s.journal), ERR_NONE);
		s.db = open_database(s.journal, s.folder, "live");
		CHECK_INT(ask(s.db, "SELECT COUNT(*) FROM t"), i + 1);
	}
	end(&s);
}

/* A new segment has its header, and the machine stops before its first record. */
TEST(journal_goes_on_behind_an_empty_segment)
{
	struct scene s, t;
	struct journal *j;

	begin(&s);
	add(s.db, DB_SYNC_FULL);
	pthread_mutex_lock(&s.journal->lock);
	CHECK_INT(journal_begin_segment(s.journal), ERR_NONE);
	pthread_mutex_unlock(&s.journal->lock);
	make_copy(&s);
	t = (struct scene){ .db = NULL };
	snprintf(t.folder, sizeof(t.folder), "%.60s/copy", s.folder);
	snprintf(t.copy, sizeof(t.copy), "%.120s/copy", t.folder);
	CHECK_INT(journal_open(t.folder, true, &t.journal), ERR_NONE);
	t.db = open_database(t.journal, t.folder, "live");
	CHECK_INT(ask(t.db, "SELECT COUNT(*) FROM t"), 1);
	add(t.db, DB_SYNC_FULL);
	CHECK_INT(ask_after_a_kill(&t, "SELECT COUNT(*) FROM t"), 2);
	j = t.journal;
	db_close(t.db);
	journal_close(j);
	remove_folder(t.folder);
	end(&s);
}

/* It cannot be written back now; nor is it lost, and the others are there. */
TEST(journal_keeps_what_cannot_be_written_back)
{
	struct scene s;
	struct db *other;
	struct journal *j;
	char path[PATH_SIZE], aside[PATH_SIZE];

	begin(&s);
	other = open_database(s.journal, s.folder, "other");
	add(s.db, DB_SYNC_FULL);
	add(other, DB_SYNC_FULL);
	make_copy(&s);
	snprintf(path, sizeof(path), "%s/other", s.copy);
	snprintf(aside, sizeof(aside), "%s/aside", s.copy);
	CHECK_INT(rename(path, aside), 0);
	CHECK_INT(mkdir(path, 0700), 0);
	CHECK_INT(journal_open(s.copy, true, &j), ERR_NONE);
	CHECK(!journal_is_written_back(j));
	journal_close(j);
	CHECK_INT(rmdir(path), 0);
	CHECK_INT(rename(aside, path), 0);
	CHECK_INT(ask_copy(&s, "other", "SELECT COUNT(*) FROM t"), 1);
	db_close(other);
	end(&s);
}

static void change_octet(FILE *f, long at)
{
	int octet;

	CHECK_INT(fseek(f, at, SEEK_SET), 0);
	octet = getc(f);
	CHECK_INT(fseek(f, at, SEEK_SET), 0);
	putc(octet ^ 0x55, f);
}

/* Torn, changed, or cut off anywhere: what was committed before is there. */
TEST(journal_ends_at_the_first_record_that_is_not_whole)
{
	struct scene s;
	char path[PATH_SIZE];
	uint64_t at;

	begin(&s);
	add(s.db, DB_SYNC_FULL);
	add(s.db, DB_SYNC_FULL);
	at = segment_offset(journal_last_segment(s.journal), s.journal->end);
	add(s.db, DB_SYNC_FULL);
	for (int i = 0; i < 4; i++) {
		static const uint64_t places[] = { 0, 5, RECORD_START + 20, 40000 };
		FILE *f;

		make_copy(&s);
		snprintf(path, sizeof(path), "%s/journal/%016llx", s.copy,
			 (unsigned long long)journal_last_segment(s.journal)->base);
		f = fopen(path, "r+");
		CHECK(f);
		change_octet(f, (long)(at + places[i]));
		CHECK_INT(fclose(f), 0);
		CHECK_INT(ask_copy(&s, "live", "SELECT COUNT(*) FROM t"), 2);
	}
	end(&s);
}

/* SQLite's own log, which a program before the journal left. */
TEST(journal_takes_a_log_of_sqlites_in)
{
	struct scene s;
	struct db *old;
	char log[PATH_SIZE];

	begin(&s);
	old = open_database(NULL, s.folder, "old");
	add(old, DB_SYNC_FULL);
	make_copy(&s);
	snprintf(log, sizeof(log), "%s/old-wal", s.copy);
	CHECK_INT(access(log, F_OK), 0);
	CHECK_INT(ask_copy(&s, "old", "SELECT COUNT(*) FROM t"), 1);
	db_close(old);
	end(&s);
}
