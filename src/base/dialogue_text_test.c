#include "base/dialogue_text.h"

#include "base/test.h"

TEST(dialogue_text)
{
	struct dialogue_groups g;
	struct buf out;
	bool fits;

	dialogue_groups_init(&g);
	buf_init(&out, 1000);
	CHECK(dialogue_matches(&g, S("a ([0-9]+)( x)?"), S("a 12"), &fits) && fits);
	CHECK(dialogue_matches(&g, S("b ${1}.*"), S("b 12, c"), &fits) && fits);
	CHECK(dialogue_matches(&g, S("b"), S("b 12"), &fits) && !fits);
	CHECK(!dialogue_matches(&g, S("("), S("b"), &fits));
	dialogue_expand(&g, S("${1}:${2}:${x} {=} {=+} ~{=-}"), 7, &out);
	CHECK_SLICE(buf_slice(&out), S("12::${x} {7} {7+} ~{7-}"));
	buf_reset(&out);

	/* What stands in a group is no expression. */
	CHECK(dialogue_matches(&g, S("(.*)"), S("a.b*\\"), &fits) && fits);
	CHECK(dialogue_matches(&g, S("${1}!"), S("a.b*\\!"), &fits) && fits);
	CHECK(dialogue_matches(&g, S("${1}!"), S("axb*\\!"), &fits) && !fits);

	dialogue_unescape(S("a\\r\\n\\x41\\0\\\\"), &out);
	CHECK_SLICE(buf_slice(&out), S("a\r\nA\0\\"));
	buf_done(&out);
	dialogue_groups_done(&g);
}
