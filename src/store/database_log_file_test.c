#include "store/db_log_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "store/db.h"

static const char *const steps[] = { "CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)" };
static const struct db_schema schema = { steps, 1 };

/* More pages than the cache holds, so that many are written before the commit. */
#define ADD_MANY                                                                         \
	"INSERT INTO t (id, v) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"               \
	" SELECT i + 1 FROM n WHERE i < 200) SELECT i, printf('%5000d', i) FROM n"

enum { PATH_SIZE = 128 };

struct scene {
	char folder[64];
	struct db *db;
};

static const char *path_of(const struct scene *s, const char *name, char path[PATH_SIZE])
{
	snprintf(path, PATH_SIZE, "%s/%s", s->folder, name);
	return path;
}

static struct db *open_at(const struct scene *s, const char *name)
{
	char path[PATH_SIZE];
	struct db_options o = { .path = path_of(s, name, path),
				.schema = &schema,
				.durable = true };
	struct db *d;

	CHECK_INT(db_open(&o, &d), ERR_NONE);
	return d;
}

static void begin(struct scene *s)
{
	*s = (struct scene){ .folder = "/tmp/postroom-test-XXXXXX" };
	CHECK(mkdtemp(s->folder));
	s->db = open_at(s, "live");
}

static void copy(const struct scene *s, const char *from, const char *to)
{
	char path[PATH_SIZE], octets[8192];
	FILE *in = fopen(path_of(s, from, path), "r");
	FILE *out = fopen(path_of(s, to, path), "w");
	size_t n;

	CHECK(in && out);
	while ((n = fread(octets, 1, sizeof(octets), in)))
		CHECK_INT(fwrite(octets, 1, n, out), n);
	fclose(in);
	CHECK_INT(fclose(out), 0);
}

static void end(struct scene *s)
{
	char path[PATH_SIZE];

	db_close(s->db);
	CHECK_INT(unlink(path_of(s, "live", path)), 0);
	CHECK_INT(unlink(path_of(s, "copy", path)), 0);
	CHECK_INT(rmdir(s->folder), 0);
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

/* What a process would find that starts after this one was killed now. */
static int64_t ask_after_a_kill(const struct scene *s, const char *sql)
{
	struct db *d;
	int64_t answer;

	copy(s, "live", "copy");
	copy(s, "live-wal", "copy-wal");
	d = open_at(s, "copy");
	CHECK_INT(ask(d, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	answer = ask(d, sql);
	db_close(d);
	return answer;
}

TEST(log_file_holds_a_commit_when_it_returns)
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
TEST(log_file_holds_what_a_large_transaction_changed_twice)
{
	struct scene s;

	begin(&s);
	CHECK_INT(db_begin(s.db, DB_SYNC_NORMAL), ERR_NONE);
	run(s.db, ADD_MANY);
	CHECK_INT(ask(s.db, "SELECT COUNT(*) FROM t WHERE CAST(v AS INTEGER) = id"), 200);
	run(s.db, "UPDATE t SET v = randomblob(6000) WHERE id % 3 = 0");
	run(s.db, "UPDATE t SET v = randomblob(10) WHERE id % 7 = 0");
	CHECK_INT(ask(s.db, "SELECT COUNT(*) FROM t WHERE length(v) = 10"), 28);
	commit(s.db);
	CHECK_INT(ask_after_a_kill(&s, "SELECT SUM(length(v)) FROM t"),
		  ask(s.db, "SELECT SUM(length(v)) FROM t"));
	end(&s);
}

TEST(log_file_holds_nothing_of_what_was_rolled_back)
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

/* A log written back is begun anew, in its old place. */
TEST(log_file_is_used_again_from_its_start)
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

static int64_t size_of_log(const struct scene *s)
{
	char path[PATH_SIZE];
	struct stat st;

	CHECK_INT(stat(path_of(s, "live-wal", path), &st), 0);
	return st.st_size;
}

static void add(struct scene *s, enum db_sync level)
{
	CHECK_INT(db_begin(s->db, level), ERR_NONE);
	run(s->db, "INSERT INTO t (v) VALUES (randomblob(50000))");
	commit(s->db);
}

/* The room grows by steps that double up to a limit; what lies in it is no commit. */
TEST(log_file_is_laid_out_ahead_of_what_is_synced)
{
	enum { COMMITS = 60 }; /* of seven pages and more */
	struct scene s;
	int64_t before = 0, grown = 0;

	begin(&s);
	for (int i = 1; i <= COMMITS; i++) {
		int64_t size, used;

		add(&s, DB_SYNC_FULL);
		size = size_of_log(&s);
		used = (int64_t)db_log_size(s.db);
		CHECK(size >= used && size < 2 * used + 64 * 1024);
		CHECK(size < used + DB_LOG_STEP_MAX + 64 * 1024);
		grown += size != before;
		before = size;
		if (i % 15 == 0)
			CHECK_INT(ask_after_a_kill(&s, "SELECT COUNT(*) FROM t"), i);
	}
	CHECK(grown < COMMITS / 3);
	CHECK_INT(db_checkpoint(s.db), ERR_NONE);
	add(&s, DB_SYNC_FULL);
	CHECK_INT(size_of_log(&s), before); /* used again, as large as it was */
	CHECK_INT(ask_after_a_kill(&s, "SELECT COUNT(*) FROM t"), COMMITS + 1);
	end(&s);
}

TEST(log_file_grows_by_its_frames_alone_when_short_or_not_synced)
{
	struct scene s;

	begin(&s);
	add(&s, DB_SYNC_FULL);
	CHECK(size_of_log(&s) < (int64_t)db_log_size(s.db) + 4096);
	for (int i = 0; i < 20; i++)
		add(&s, DB_SYNC_NORMAL);
	CHECK(db_log_size(s.db) > DB_LOG_STEP_MAX);
	CHECK(size_of_log(&s) < (int64_t)db_log_size(s.db) + 8192);
	CHECK_INT(ask_after_a_kill(&s, "SELECT COUNT(*) FROM t"), 21);
	end(&s);
}
