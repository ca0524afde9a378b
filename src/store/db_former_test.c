#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"
#include "store/db.h"
#include "store/journal.h"

enum { PATH_SIZE = 256, DEPTH = 4 };

static const char *const steps[] = { "CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)" };
static const struct db_schema schema = { steps, 1 };

/* As a program of before the journal made them, version included. */
static const char former[] =
	"PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
	"CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB); PRAGMA user_version = 1;"
	"INSERT INTO t (id, v) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
	" SELECT i + 1 FROM n WHERE i < 300) SELECT 3 * i, zeroblob(100 * i) FROM n";

struct scene {
	char folder[64], path[PATH_SIZE], copy[PATH_SIZE];
	struct journal *journal;
};

static void begin(struct scene *s)
{
	sqlite3 *h;

	*s = (struct scene){ .folder = "/tmp/postroom-test-XXXXXX" };
	CHECK(mkdtemp(s->folder));
	CHECK_INT(journal_open(s->folder, true, &s->journal), ERR_NONE);
	snprintf(s->path, sizeof(s->path), "%s/old.db", s->folder);
	snprintf(s->copy, sizeof(s->copy), "%s/old.db-new", s->folder);
	CHECK_INT(sqlite3_open(s->path, &h), SQLITE_OK);
	CHECK_INT(sqlite3_exec(h, former, NULL, NULL, NULL), SQLITE_OK);
	CHECK_INT(sqlite3_close(h), SQLITE_OK);
}

static int remove_one(const char *path, const struct stat *, int, struct FTW *)
{
	return remove(path);
}

static void end(struct scene *s)
{
	journal_close(s->journal);
	CHECK_INT(nftw(s->folder, remove_one, DEPTH, FTW_DEPTH | FTW_PHYS), 0);
}

static int64_t ask(struct db *d, const char *sql)
{
	int64_t answer;

	CHECK_INT(query_run_int(db_query(d, sql), &answer), ERR_NONE);
	return answer;
}

static struct db *open_it(struct scene *s)
{
	struct db *d;

	CHECK_INT(db_open(&(struct db_options){ .path = s->path,
						.schema = &schema,
						.durable = true,
						.journal = s->journal },
			  &d),
		  ERR_NONE);
	return d;
}

TEST(former_pages_of_another_size_are_copied)
{
	struct scene s;
	struct stat now;
	struct db *d;

	begin(&s);
	for (int i = 0; i < 2; i++) {
		d = open_it(&s);
		CHECK_INT(ask(d, "PRAGMA page_size"), DB_PAGE_SIZE);
		CHECK_INT(ask(d, "PRAGMA user_version"), 1);
		CHECK_INT(ask(d, "SELECT COUNT(*) FROM t WHERE id % 3 = 0"), 300 + i);
		CHECK_INT(ask(d, "SELECT SUM(LENGTH(v)) FROM t"), 100 * 300 * 301 / 2);
		CHECK_INT(db_execute(d, "INSERT INTO t (id, v) VALUES (0, '')"),
			  i ? ERR_EXISTS : ERR_NONE);
		db_close(d);
	}
	CHECK_INT(stat(s.path, &now), 0);
	CHECK_INT(now.st_mode & 0777, 0600);
	CHECK(access(s.copy, F_OK) != 0);
	end(&s);
}

/* The copy was cut short, and is made anew. */
TEST(former_pages_outlive_an_interrupted_copy)
{
	struct scene s;
	struct db *d;
	FILE *f;

	begin(&s);
	f = fopen(s.copy, "w");
	CHECK(f && fputs("half of a database", f) >= 0);
	CHECK_INT(fclose(f), 0);
	d = open_it(&s);
	CHECK_INT(ask(d, "SELECT COUNT(*) FROM t"), 300);
	db_close(d);
	end(&s);
}
