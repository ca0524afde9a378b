/*
 * Reading ahead: the inner pages of a table's tree name the pages that hold its
 * rows (SQLite's file format, "B-tree Pages"), so that the kernel can be asked
 * for all of them at once, instead of each being waited for when it is met.
 *
 * What is in the log and not yet in the file is not seen: then a page is asked
 * for that nobody needs, or one is not that is needed. No more depends on it,
 * so what does not look like such a page is passed over.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/db_private.h"

enum {
	INNER_TYPE = 5,    /* first octet of a table's inner page */
	INNER_HEADER = 12, /* octets before the places of its cells, 2 octets each */
	LAST_CHILD = 8,    /* where in the header the page of the highest keys stands */
	PAGE_NUMBER = 4,   /* octets */
	KEY_MAX = 9,       /* octets: 7 bits in each, 8 in the last */
	DEPTH_MAX = 5,
};

enum page_kind { PAGE_INNER, PAGE_OF_ROWS, PAGE_IN_MEMORY, PAGE_UNREADABLE };

struct walk {
	int fd;
	int64_t first, last; /* keys */
};

struct child {
	uint32_t page;
	int64_t last_key;
};

static uint32_t number_at(const unsigned char *p, int octets)
{
	uint32_t n = 0;

	for (int i = 0; i < octets; i++)
		n = n << 8 | p[i];
	return n;
}

static int64_t key_at(const unsigned char *p)
{
	uint64_t key = 0;

	for (int i = 0; i < KEY_MAX - 1; i++) {
		key = key << 7 | (p[i] & 0x7f);
		if (!(p[i] & 0x80)) return (int64_t)key;
	}
	return (int64_t)(key << 8 | p[KEY_MAX - 1]);
}

/* i counts the cells, and behind them the last child. */
static struct child child_at(const unsigned char *page, uint32_t cells, uint32_t i)
{
	uint32_t at = i < cells ? number_at(page + INNER_HEADER + 2 * (size_t)i, 2) : 0;

	if (!at || at >= DB_PAGE_SIZE - PAGE_NUMBER)
		return (struct child){ number_at(page + LAST_CHILD, PAGE_NUMBER),
				       INT64_MAX };
	return (struct child){ number_at(page + at, PAGE_NUMBER),
			       key_at(page + at + PAGE_NUMBER) };
}

static off_t place_of(uint32_t page)
{
	return ((off_t)page - 1) * DB_PAGE_SIZE;
}

/* Without having it read: a read that may not wait begins one, and may find it done. */
static bool is_in_memory(int fd, off_t place)
{
	off_t within = place % sysconf(_SC_PAGESIZE);
	size_t size = (size_t)within + 1; /* in one of the machine's pages */
	void *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, place - within);
	unsigned char there;
	bool answer;

	if (map == MAP_FAILED) return false;
	answer = mincore(map, size, &there) == 0 && there & 1;
	munmap(map, size);
	return answer;
}

static enum page_kind read_page(int fd, uint32_t number, unsigned char *page)
{
	off_t place = place_of(number);
	bool in_memory = is_in_memory(fd, place);

	if (pread(fd, page, DB_PAGE_SIZE, place) != DB_PAGE_SIZE) return PAGE_UNREADABLE;
	if (page[0] == INNER_TYPE) return PAGE_INNER;
	return in_memory ? PAGE_IN_MEMORY : PAGE_OF_ROWS;
}

static enum page_kind walk_page(const struct walk *w, uint32_t number, int depth);

/* The first child tells whether all are pages of rows; where that one is in memory, so
 * are the others most likely. */
static void walk_children(const struct walk *w, const unsigned char *page, int depth)
{
	uint32_t cells = number_at(page + 3, 2);
	enum page_kind kind = PAGE_INNER;

	if (cells > (DB_PAGE_SIZE - INNER_HEADER) / 2) return;
	for (uint32_t i = 0; i <= cells; i++) {
		struct child c = child_at(page, cells, i);

		if (c.last_key < w->first) continue;
		if (kind == PAGE_OF_ROWS)
			posix_fadvise(w->fd, place_of(c.page), DB_PAGE_SIZE,
				      POSIX_FADV_WILLNEED);
		else
			kind = walk_page(w, c.page, depth + 1);
		if (kind > PAGE_OF_ROWS || c.last_key >= w->last) return;
	}
}

static enum page_kind walk_page(const struct walk *w, uint32_t number, int depth)
{
	unsigned char page[DB_PAGE_SIZE + KEY_MAX] = { 0 }; /* every key has an end */
	enum page_kind kind = read_page(w->fd, number, page);

	if (kind == PAGE_INNER && depth == DEPTH_MAX) return PAGE_UNREADABLE;
	if (kind == PAGE_INNER) walk_children(w, page, depth);
	return kind;
}

/* The kernel is not to read around the inner pages: then the first page of rows were in
 * memory, and the others not. */
static int open_to_look(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	return fd;
}

void db_read_ahead(struct db *d, const char *table, int64_t first, int64_t last)
{
	struct query *q = db_query(d, "SELECT rootpage FROM sqlite_schema"
				      " WHERE type = 'table' AND name = $1");
	int64_t root;

	query_text(q, slice_of(table));
	if (query_run_int(q, &root) || d->temporary) return;
	if (d->ahead_fd < 0) d->ahead_fd = open_to_look(d->path);
	if (d->ahead_fd < 0) return;
	walk_page(&(struct walk){ d->ahead_fd, first, last }, (uint32_t)root, 1);
}
