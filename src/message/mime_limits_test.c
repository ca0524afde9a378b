/* Hostile messages: within the limits, and in linear time. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/test.h"
#include "message/mime_parser.h"

enum { HOSTILE_MAX = 16 * 1024 * 1024 };

static void repeat(struct buf *out, const char *text, size_t times)
{
	while (times--)
		buf_add(out, slice_of(text));
}

#define MIXED "Content-Type: multipart/mixed; boundary="

static void many_parts(struct buf *out, size_t n)
{
	buf_add(out, S(MIXED "b\r\n\r\n"));
	repeat(out, "--b\r\n\r\nx\r\n", n);
}

static void empty_fields(struct buf *out, size_t n)
{
	repeat(out, "a:\r\n", n);
}

static void stray_lines(struct buf *out, size_t n)
{
	buf_add(out, S("a: b\r\n"));
	repeat(out, "x\r\n", n);
}

static void long_line(struct buf *out, size_t n)
{
	buf_add(out, S("a: "));
	repeat(out, "xxxx", n);
}

/* All boundaries stay open, and each begins like the next one. */
static void nest(struct buf *out, size_t depth)
{
	for (size_t i = 1; i <= depth; i++) {
		char boundary[128] = "";

		memset(boundary, 'a', i % 120);
		buf_addf(out, MIXED "%s\r\n\r\n--%s\r\n", boundary, boundary);
	}
}

static void nested_multiparts(struct buf *out, size_t n)
{
	nest(out, n / 20);
}

static void boundary_prefixes(struct buf *out, size_t n)
{
	nest(out, MIME_DEPTH_MAX);
	repeat(out, "\r\n--aaaa aa", n);
}

/* Each line ends all that the ones before it opened. */
static void opened_and_closed(struct buf *out, size_t n)
{
	buf_add(out, S(MIXED "b\r\n\r\n"));
	for (size_t i = 0; i < n / 20; i++) {
		buf_add(out, S("--b\r\n"));
		repeat(out, MIXED "c\r\n\r\n--c\r\n", 20);
	}
}

static void nested_messages(struct buf *out, size_t n)
{
	repeat(out, "Content-Type: message/rfc822\r\n\r\n", n);
}

static void dashes(struct buf *out, size_t n)
{
	buf_add(out, S(MIXED "b\r\n\r\n"));
	repeat(out, "--\n-\n", n);
}

typedef void hostile(struct buf *out, size_t n);

static uint64_t work_for(hostile *make, size_t n, bool *truncated)
{
	struct arena arena;
	struct buf message;

	arena_init(&arena, MIME_ARENA_MAX);
	buf_init(&message, HOSTILE_MAX);
	make(&message, n);
	CHECK(!message.overflow);

	struct mime_parser *p = mime_parser_new(&arena);
	mime_parser_feed(p, buf_slice(&message));
	const struct mime *m = mime_parser_finish(p);
	CHECK(m->part_count <= MIME_PARTS_MAX);
	*truncated = m->truncated;
	uint64_t work = p->work;
	buf_done(&message);
	arena_done(&arena);
	return work;
}

TEST(mime_work_is_linear)
{
	static hostile *const makers[] = {
		many_parts,      empty_fields,      stray_lines,
		long_line,       nested_multiparts, boundary_prefixes,
		nested_messages, opened_and_closed, dashes,
	};

	for (size_t i = 0; i < countof(makers); i++) {
		bool truncated;
		uint64_t once = work_for(makers[i], 20'000, &truncated);
		uint64_t twice = work_for(makers[i], 40'000, &truncated);

		CHECK(twice <= once * 22 / 10);
	}
}

TEST(mime_limits_are_told)
{
	static const struct {
		hostile *make;
		size_t n;
		bool truncated;
	} t[] = {
		{ many_parts, MIME_PARTS_MAX - 1, false },
		{ many_parts, MIME_PARTS_MAX, true },
		{ nested_messages, MIME_DEPTH_MAX, false },
		{ nested_messages, MIME_DEPTH_MAX + 1, true },
		{ nested_multiparts, 20 * MIME_DEPTH_MAX, false },
		{ nested_multiparts, 20 * (MIME_DEPTH_MAX + 1), true },
		{ empty_fields, HEADER_FIELDS_MAX - 1, false },
		{ empty_fields, HEADER_FIELDS_MAX + 1, true },
		{ long_line, MIME_HEADER_MAX / 4 - 1, false },
		{ long_line, MIME_HEADER_MAX / 4 + 1, true },
	};

	for (size_t i = 0; i < countof(t); i++) {
		bool truncated;

		work_for(t[i].make, t[i].n, &truncated);
		CHECK_INT(truncated, t[i].truncated);
	}
}

/* Behind the last part that is allowed, all is that part's. */
TEST(mime_rest_is_one_leaf)
{
	struct arena arena;
	struct buf message;

	arena_init(&arena, MIME_ARENA_MAX);
	buf_init(&message, HOSTILE_MAX);
	many_parts(&message, MIME_PARTS_MAX + 5);

	const struct mime *m = mime_parse(&arena, buf_slice(&message));
	CHECK_INT(m->part_count, MIME_PARTS_MAX);
	CHECK_INT(m->parts[MIME_PARTS_MAX - 1].end, message.n);
	buf_done(&message);
	arena_done(&arena);
}

/* Any arena in which a parser can be made is enough for some result. */
TEST(mime_full_arena)
{
	struct buf message;

	buf_init(&message, HOSTILE_MAX);
	opened_and_closed(&message, 2'000);
	many_parts(&message, 200);
	for (size_t max = 0; max < 200'000; max += 997) {
		struct arena arena;

		arena_init(&arena, max);

		const struct mime *m = mime_parse(&arena, buf_slice(&message));
		if (m) CHECK_INT(m->parts[0].end, message.n);
		arena_done(&arena);
	}
	buf_done(&message);
}
