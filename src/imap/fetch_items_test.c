#include "imap/fetch_items.h"

#include "base/test.h"

static const char *const names[FETCH_ITEMS] = {
	[FETCH_UID] = "UID ",
	[FETCH_FLAGS] = "FLAGS ",
	[FETCH_INTERNALDATE] = "INTERNALDATE ",
	[FETCH_SIZE] = "RFC822.SIZE ",
	[FETCH_MODSEQ] = "MODSEQ ",
	[FETCH_EMAILID] = "EMAILID ",
	[FETCH_THREADID] = "THREADID ",
	[FETCH_SAVEDATE] = "SAVEDATE ",
	[FETCH_PREVIEW] = "PREVIEW ",
	[FETCH_ENVELOPE] = "ENVELOPE ",
	[FETCH_BODY] = "BODY ",
	[FETCH_BODYSTRUCTURE] = "BODYSTRUCTURE ",
};

/* All that was read, with "!" behind what sets \Seen. */
static void describe(const struct fetch_items *f, struct buf *out)
{
	for (uint32_t i = 0; i < f->plain_count; i++)
		buf_add(out, slice_of(names[f->plain[i]]));
	for (const struct fetch_section *s = f->sections; s; s = s->next) {
		CHECK(fetch_section_write(s, out));
		if (s->octets != UINT64_MAX) buf_addf(out, ".%ju", (uintmax_t)s->octets);
		buf_add(out, s->marks ? S("! ") : S(" "));
	}
}

TEST(fetch_items)
{
	static const struct {
		const char *in, *want; /* NULL: bad */
	} t[] = {
		{ "ALL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE " },
		{ "fast", "FLAGS INTERNALDATE RFC822.SIZE " },
		{ "FULL", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY " },
		{ "uid", "UID " },
		{ "(ModSeq UID)", "MODSEQ UID " },
		{ "(EMAILID THREADID SAVEDATE)", "EMAILID THREADID SAVEDATE " },
		{ "PREVIEW", "PREVIEW " },
		{ "(PREVIEW (LAZY) UID)", "PREVIEW UID " },
		{ "(PREVIEW (EAGER) UID)", NULL },
		{ "(BODY BODYSTRUCTURE)", "BODY BODYSTRUCTURE " },
		{ "(ENVELOPE FLAGS UID FLAGS)", "ENVELOPE FLAGS UID " },
		{ "RFC822", "RFC822! " },
		{ "(RFC822.HEADER RFC822.TEXT RFC822.SIZE)",
		  "RFC822.SIZE RFC822.HEADER RFC822.TEXT! " },
		{ "BODY[]", "BODY[]! " },
		{ "body.peek[1.text]", "BODY[1.TEXT] " },
		{ "(BODY[]<0.1> BODY[]<0.1>)", "BODY[]<0>.1! BODY[]<0>.1! " },
		{ "BODY.PEEK[HEADER.FIELDS (a b)]<18446744073709551615.1>",
		  "BODY[HEADER.FIELDS (a b)]<18446744073709551615>.1 " },
		{ "", NULL },
		{ "()", NULL },
		{ "(ALL)", NULL }, /* macros stand alone */
		{ "(FLAGS", NULL },
		{ "(FLAGS  UID)", NULL },
		{ "(FLAGS )", NULL },
		{ "BODY.PEEK", NULL },
		{ "RFC822[]", NULL },
		{ "BODYSTRUCTURE[]", NULL },
		{ "BODY[]<0.0>", NULL },
		{ "BODY[]<0>", NULL },
		{ "BODY[]<.1>", NULL },
		{ "BODY[]<-1.1>", NULL },
		{ "BODY[]<0.18446744073709551616>", NULL },
	};
	struct arena arena;
	struct buf out;

	arena_init(&arena, 100000);
	buf_init(&out, 1000);
	for (size_t i = 0; i < countof(t); i++) {
		slice in = slice_of(t[i].in), before = in;
		struct fetch_items f;

		buf_reset(&out);
		CHECK_INT(take_fetch_items(&in, &arena, &f), t[i].want != NULL);
		if (!t[i].want) {
			CHECK_SLICE(in, before);
			continue;
		}
		CHECK_INT(in.n, 0);
		describe(&f, &out);
		CHECK_SLICE(buf_slice(&out), slice_of(t[i].want));
		CHECK_INT(f.marks, slice_find_char(buf_slice(&out), '!') < out.n);
	}
	buf_done(&out);
	arena_done(&arena);
}

TEST(fetch_items_with_uid)
{
	struct arena arena;
	struct fetch_items f;
	struct buf out;
	slice in = S("(FLAGS ENVELOPE)");

	arena_init(&arena, 100000);
	buf_init(&out, 1000);
	CHECK(take_fetch_items(&in, &arena, &f));
	fetch_items_put_first(&f, FETCH_UID);
	fetch_items_put_first(&f, FETCH_UID);
	describe(&f, &out);
	CHECK_SLICE(buf_slice(&out), S("UID FLAGS ENVELOPE "));
	buf_done(&out);
	arena_done(&arena);
}

TEST(fetch_items_limit)
{
	struct arena arena;
	struct fetch_items f;
	struct buf text;
	slice in;

	arena_init(&arena, 1000000);
	buf_init(&text, 10000);
	for (int i = 0; i < FETCH_SECTIONS_MAX; i++)
		buf_add(&text, i ? S(" BODY[]") : S("(BODY[]"));
	buf_add(&text, S(")"));
	in = buf_slice(&text);
	CHECK(take_fetch_items(&in, &arena, &f));
	buf_truncate(&text, text.n - 1);
	buf_add(&text, S(" RFC822)"));
	in = buf_slice(&text);
	CHECK(!take_fetch_items(&in, &arena, &f));
	buf_done(&text);
	arena_done(&arena);
}
