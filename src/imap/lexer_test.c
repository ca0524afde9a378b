#include "imap/lexer.h"

#include "base/test.h"

TEST(imap_find_literal)
{
	static const struct {
		const char *line;
		bool ok;
		uint64_t size;
		bool no_wait, is_binary;
		size_t at;
	} t[] = {
		{ "a LOGIN {11}", true, 11, false, false, 8 },
		{ "a LOGIN {11+}", true, 11, true, false, 8 },
		{ "a APPEND x ~{5}", true, 5, false, true, 11 },
		{ "{99999999999999999999999}", true, UINT64_MAX, false, false, 0 },
		{ "a LOGIN {11} ", false },
		{ "a LOGIN {}", false },
		{ "a LOGIN {-1}", false },
		{ "a LOGIN 11}", false },
		{ "}", false },
		{ "", false },
		{ "{1{2}", true, 2, false, false, 2 },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct literal l = { 0 };
		size_t at = 0;

		CHECK_INT(find_literal(slice_of(t[i].line), &l, &at), t[i].ok);
		CHECK(l.size == t[i].size);
		CHECK_INT(l.no_wait, t[i].no_wait);
		CHECK_INT(l.is_binary, t[i].is_binary);
		CHECK_INT(at, t[i].at);
	}
}

/* What is taken, what is left; NULL: nothing is, and the input stays as it was. */
struct word {
	const char *in, *taken, *left;
};

static void check_word(const struct word *w, bool ok, slice got, slice left)
{
	CHECK_INT(ok, w->taken != NULL);
	if (ok) CHECK_SLICE(got, slice_of(w->taken));
	CHECK_SLICE(left, slice_of(ok ? w->left : w->in));
}

TEST(imap_astring)
{
	static const struct word t[] = {
		{ "inbox x", "inbox", " x" },
		{ "a]b", "a]b", "" },
		{ "\"\"", "", "" },
		{ "\"a \\\"b\\\\\" c", "a \"b\\", " c" },
		{ "\"a\\b\"", NULL, NULL },
		{ "\"a", NULL, NULL },
		{ "\"a\\", NULL, NULL },
		{ "{3}\r\nabcd", "abc", "d" },
		{ "{3+}\r\nabc", "abc", "" },
		{ "{4}\r\nabc", NULL, NULL },
		{ "~{3}\r\nabc", "~", "{3}\r\nabc" },
		{ "{3}abc", NULL, NULL },
		{ "{18446744073709551615}\r\nabc", NULL, NULL },
		{ "a%", "a", "%" },
		{ "(a)", NULL, NULL },
		{ "", NULL, NULL },
		{ "\xc3\xa9", NULL, NULL },
		{ "\"\xc3\xa9\"", "\xc3\xa9", "" },
	};

	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in), got = { 0 };
		struct arena arena;
		bool ok;

		arena_init(&arena, 1000);
		ok = take_astring(&in, &arena, &got);
		check_word(&t[i], ok, got, in);
		arena_done(&arena);
	}
}

TEST(imap_tag_and_atom)
{
	static const struct word tags[] = { { "a1]. x", "a1].", " x" },
					    { "+ x", NULL, NULL },
					    { "a+b", "a", "+b" } };
	static const struct word atoms[] = { { "NOOP", "NOOP", "" },
					     { "BODY[1]", "BODY[1", "]" },
					     { "*", NULL, NULL } };
	slice got = { 0 };

	for (size_t i = 0; i < countof(tags); i++) {
		slice in = slice_of(tags[i].in);
		bool ok = take_tag(&in, &got);

		check_word(&tags[i], ok, got, in);
	}
	for (size_t i = 0; i < countof(atoms); i++) {
		slice in = slice_of(atoms[i].in);
		bool ok = take_atom(&in, &got);

		check_word(&atoms[i], ok, got, in);
	}
}

TEST(imap_nstring_and_dates)
{
	slice in = S("nil {1}\r\nx"), got;
	struct arena arena;
	struct date d;
	int64_t day;
	bool present;

	arena_init(&arena, 100);
	CHECK(take_nstring(&in, &arena, &got, &present) && !present);
	CHECK(take_space(&in) && take_nstring(&in, &arena, &got, &present) && present);
	CHECK_SLICE(got, S("x"));
	arena_done(&arena);

	in = S("\"17-Jul-1996 02:44:25 -0700\" x");
	CHECK(take_date_time(&in, &d));
	CHECK_INT(d.instant, 837596665);
	CHECK_INT(d.zone_minutes, -420);
	CHECK_SLICE(in, S(" x"));
	CHECK(!take_date_time(&in, &d));

	in = S("1-Feb-1994 \"2-Feb-1994\"");
	CHECK(take_date(&in, &day));
	CHECK_INT(day, 8797);
	CHECK(take_space(&in) && take_date(&in, &day));
	CHECK_INT(day, 8798);
}
