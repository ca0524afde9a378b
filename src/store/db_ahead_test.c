#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/test.h"
#include "store/db.h"

enum { ROWS = 4000, ROW_OCTETS = 3000, PAGE = 4096, PATIENCE_MS = 5000 };

static const char *const steps[] = {
	"CREATE TABLE thing (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
};
static const struct db_schema schema = { steps, countof(steps) };

struct bench {
	char folder[32], path[48];
	struct db *db;
};

static void open_bench(struct bench *b)
{
	struct db_options options = { .path = b->path, .schema = &schema };

	CHECK_INT(db_open(&options, &b->db), ERR_NONE);
}

static void bench_init(struct bench *b)
{
	*b = (struct bench){ .folder = "/tmp/postroom-test-XXXXXX" };
	CHECK(mkdtemp(b->folder));
	snprintf(b->path, sizeof(b->path), "%s/a.db", b->folder);
	open_bench(b);
}

static void bench_done(struct bench *b)
{
	db_close(b->db);
	unlink(b->path);
	rmdir(b->folder);
}

static void fill(struct bench *b)
{
	static const char row[ROW_OCTETS];
	bool unknown;

	CHECK_INT(db_begin(b->db, DB_SYNC_FULL), ERR_NONE);
	for (int i = 1; i <= ROWS; i++) {
		struct query *q =
			db_query(b->db, "INSERT INTO thing (id, bytes) VALUES ($1, $2)");

		query_int(q, i);
		query_blob(q, (slice){ row, sizeof(row) });
		CHECK_INT(query_run(q), ERR_NONE);
	}
	CHECK_INT(db_commit(b->db, &unknown), ERR_NONE);
}

/* In percent of the file; closing its descriptor is fine while no handle has it open. */
static size_t share_in_memory(const struct bench *b, bool forget)
{
	int fd = open(b->path, O_RDONLY | O_CLOEXEC);
	size_t size = (size_t)lseek(fd, 0, SEEK_END), pages = (size + PAGE - 1) / PAGE;
	unsigned char *there = malloc(pages);
	void *map;
	size_t count = 0;

	CHECK(fd >= 0 && size && there);
	if (forget)
		CHECK_INT(fsync(fd) | posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(map != MAP_FAILED && mincore(map, size, there) == 0);
	for (size_t i = 0; i < pages; i++)
		count += there[i] & 1;
	munmap(map, size);
	close(fd);
	free(there);
	return 100 * count / pages;
}

TEST(db_rows_are_read_ahead)
{
	struct bench b;
	int64_t until = clock_monotonic_ms() + PATIENCE_MS;
	size_t share = 0;

	bench_init(&b);
	fill(&b);
	db_close(b.db);
	bool can_forget = share_in_memory(&b, true) == 0;
	open_bench(&b);
	db_read_ahead(b.db, "thing", ROWS / 4, 3 * ROWS / 4); /* not where it begins */
	while (can_forget && share < 45 && clock_monotonic_ms() < until)
		share = share_in_memory(&b, false);
	if (can_forget) CHECK(share >= 45 && share < 60);
	bench_done(&b);
	if (!can_forget) TEST_SKIP(); /* a file system in memory */
}

/* As while all is still in the log, or where the table is small or not there. */
TEST(db_reading_ahead_is_but_a_hint)
{
	struct bench b;
	int64_t count;

	bench_init(&b);
	db_read_ahead(b.db, "thing", 1, INT64_MAX);
	fill(&b);
	db_read_ahead(b.db, "thing", 1, INT64_MAX);
	db_read_ahead(b.db, "other", 1, 2);
	CHECK_INT(db_checkpoint(b.db), ERR_NONE);
	db_read_ahead(b.db, "thing", 1, INT64_MAX);
	db_read_ahead(b.db, "thing", ROWS + 1, INT64_MAX);
	db_read_ahead(b.db, "thing", 7, 5);
	CHECK_INT(query_run_int(db_query(b.db, "SELECT COUNT(*) FROM thing"), &count),
		  ERR_NONE);
	CHECK_INT(count, ROWS);
	bench_done(&b);
}
