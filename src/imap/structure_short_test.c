#include "imap/structure_short.h"

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

TEST(structure_shorten_all_messages)
{
	test_each_data_file("mime", 500, check_message);
}
