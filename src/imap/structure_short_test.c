#include "imap/structure_short.h"

#include <ftw.h>
#include <stdlib.h>

#include "base/test.h"
#include "message/structure.h"

static void check(const char *full, const char *want)
{
	struct buf out;

	buf_init(&out, 10000);
	structure_shorten(slice_of(full), &out);
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
}

TEST(structure_shorten)
{
	check("(\"TEXT\" \"plain\" NIL NIL NIL \"7bit\" 1 2 NIL NIL NIL NIL)",
	      "(\"TEXT\" \"plain\" NIL NIL NIL \"7bit\" 1 2)");
	check("(\"a\" {3}\r\n))( (\"b\" \"\\\")\") NIL NIL \"x\" 1 NIL (\"c\" NIL) "
	      "(\"d\") "
	      "NIL)",
	      "(\"a\" {3}\r\n))( (\"b\" \"\\\")\") NIL NIL \"x\" 1)");
	check("((\"a\" \"b\" NIL NIL NIL \"7bit\" 1 NIL NIL NIL NIL)"
	      "(\"text\" \"b\" NIL NIL NIL \"7bit\" 1 2 NIL NIL NIL NIL) \"mixed\" "
	      "(\"boundary\" \"x\") NIL NIL NIL)",
	      "((\"a\" \"b\" NIL NIL NIL \"7bit\" 1)"
	      "(\"text\" \"b\" NIL NIL NIL \"7bit\" 1 2) \"mixed\")");
	/* What the store never gives ends all the same. */
	check("", ")");
	check("(((", "((()))");
	check("(\"a", "(\"a)");
	check("(\"a\" {99}\r\nb", "(\"a\" {99}\r\nb)");
}

static unsigned checked;

/* What BODY is when it is written at once. */
static void check_message(slice message)
{
	struct buf full, want, got;
	struct arena arena;
	const struct mime *m;

	arena_init(&arena, MIME_ARENA_MAX);
	buf_init(&full, 4 << 20);
	buf_init(&want, 4 << 20);
	buf_init(&got, 4 << 20);
	m = mime_parse(&arena, message);
	CHECK(body_structure_write(m, &full));
	CHECK(body_write(m, &want));
	structure_shorten(buf_slice(&full), &got);
	CHECK_SLICE(buf_slice(&got), buf_slice(&want));
	buf_done(&full);
	buf_done(&want);
	buf_done(&got);
	arena_done(&arena);
}

static int check_file(const char *path, const struct stat *, int kind, struct FTW *)
{
	slice file;

	if (kind != FTW_F) return 0;
	file = test_read_file(path);
	check_message(file);
	free((void *)(uintptr_t)file.p);
	checked++;
	return 0;
}

TEST(structure_shorten_all_messages)
{
	char *path = test_data_path("mime");

	if (!path) {
		TEST_SKIP();
		return;
	}
	CHECK_INT(nftw(path, check_file, 10, FTW_PHYS), 0);
	CHECK(checked > 500);
	free(path);
}
