#include "imap/search_keys.h"
#include "imap/searching.h"

#include "base/test.h"
#include "imap/view.h"

/* By the order of enum search_key. */
static const char *const names[] = {
	"and",    "or",      "not",    "flags",  "uids",    "before",  "on",
	"since",  "sbefore", "son",    "ssince", "vbefore", "von",     "vsince",
	"larger", "smaller", "modseq", "header", "address", "subject", "body",
	"text",   "younger", "older",  "email",  "thread",
};

static void describe_node(const struct search_node *n, struct buf *out)
{
	CHECK(n->key < countof(names));
	buf_add(out, slice_of(names[n->key]));
	if (n->name.n) buf_addf(out, " %.*s", FMT(n->name));
	if (n->text.n) buf_addf(out, " <%.*s>", FMT(n->text));
	if (n->flags) buf_addf(out, " %ju", (uintmax_t)n->flags);
	if (n->number) buf_addf(out, " %jd", (intmax_t)n->number);
	if (n->day) buf_addf(out, " %jd", (intmax_t)n->day);
	if (n->uids) {
		buf_add_char(out, ' ');
		buf_addf(out, "%u-%u/%u", interval_set_min(n->uids),
			 interval_set_max(n->uids), interval_set_count(n->uids));
	}
}

/* Trees of a test are not deep. */
static void describe(const struct search_node *n, struct buf *out)
{
	describe_node(n, out);
	if (!n->child) return;
	buf_add_char(out, '(');
	for (n = n->child; n; n = n->next) {
		describe(n, out);
		if (n->next) buf_add_char(out, ' ');
	}
	buf_add_char(out, ')');
}

/* Messages 1 to 5 have UIDs 10, 20, 30, 40, 50; 5 is \Recent. */
static struct view *make_view(void)
{
	struct view *v = view_new();

	for (uint32_t uid = 10; uid <= 50; uid += 10)
		interval_set_add(&v->uids, uid);
	interval_set_add(&v->recent, 50);
	interval_set_add_range(&v->saved, 15, 30); /* some of these are gone */
	return v;
}

static void check(const char *text, const char *want)
{
	struct view *v = make_view();
	struct search_scope scope = { v, 1000, CHARSET_NAMED, 7 };
	struct search_keys k;
	struct arena arena;
	struct buf out;
	slice in = slice_of(text), before = in;
	bool ok;

	arena_init(&arena, 4 << 20);
	buf_init(&out, 100000);
	ok = take_search_keys(&in, &scope, &arena, &k) && !in.n;
	CHECK_INT(ok, want != NULL);
	if (ok) {
		describe(k.condition, &out);
		CHECK_SLICE(buf_slice(&out), slice_of(want));
	} else if (in.n) {
		CHECK(in.n <= before.n);
	}
	search_keys_done(&k);
	buf_done(&out);
	arena_done(&arena);
	view_free(v);
}

static const struct {
	const char *in, *want; /* NULL: bad */
} criteria[] = {
	{ "ALL", "and(and)" },
	{ "answered DELETED DRAFT FLAGGED SEEN",
	  "and(flags 2 flags 8 flags 16 flags 4 flags 1)" },
	{ "UNSEEN", "and(not(flags 1))" },
	{ "UNANSWERED UNDELETED", "and(not(flags 2) not(flags 8))" },
	{ "UNDRAFT UNFLAGGED", "and(not(flags 16) not(flags 4))" },
	{ "RECENT", "and(uids 50-50/1)" },
	{ "OLD", "and(not(uids 50-50/1))" },
	{ "NEW", "and(and(uids 50-50/1 not(flags 1)))" },
	{ "BEFORE 2-Jan-1970 ON \"3-Jan-1970\" SINCE  4-Jan-1970", NULL },
	{ "BEFORE 2-Jan-1970 ON \"3-Jan-1970\" SINCE 4-Jan-1970",
	  "and(before 1 on 2 since 3)" },
	{ "SENTBEFORE 2-Jan-1970 SENTON 3-Jan-1970 SENTSINCE 4-Jan-1970",
	  "and(sbefore 1 son 2 ssince 3)" },
	{ "LARGER 1 SMALLER 18446744073709551615",
	  "and(larger 1 smaller 9223372036854775807)" },
	{ "OLDER 1 YOUNGER 4294967295", "and(older 999 younger -4294966295)" },
	{ "OLDER 0", NULL },
	{ "YOUNGER 4294967296", NULL },
	{ "SAVEDBEFORE 2-Jan-1970 SAVEDON 3-Jan-1970 SAVEDSINCE 4-Jan-1970",
	  "and(vbefore 1 von 2 vsince 3)" },
	{ "SAVEDATESUPPORTED", "and(and)" },
	{ "EMAILID M7-1f THREADID T7-2", "and(email 31 thread 2)" },
	{ "EMAILID M8-1f THREADID other", "and(or -1 or -1)" },
	{ "EMAILID \"M7-1f\"", NULL },
	{ "MODSEQ 620162338", "and(modseq 620162338)" },
	{ "MODSEQ \"/flags/\\\\draft\" all 620162338", "and(modseq 620162338)" },
	{ "MODSEQ \"/flags/a\" priv 0", "and(modseq)" },
	{ "MODSEQ \"/flags/a\" 7", NULL },
	{ "MODSEQ \"/flag/a\" all 7", NULL },
	{ "MODSEQ \"/flags/a\" none 7", NULL },
	{ "MODSEQ 9223372036854775808", NULL },
	{ "FROM a TO \"b c\" CC {1}\r\nd BCC e",
	  "and(address From <A> address To <B C> address Cc <D> address Bcc "
	  "<E>)" },
	{ "SUBJECT \"\" BODY A TEXT nil", "and(subject body <A> text <NIL>)" },
	{ "HEADER X-A \"\" HEADER b C", "and(header X-A header b <C>)" },
	{ "KEYWORD a", "and(and)" }, /* the bits come in the job */
	{ "UNKEYWORD a", "and(not(and))" },
	{ "2:4", "and(uids 20-40/3)" },
	{ "*", "and(uids 50-50/1)" },
	{ "$", "and(uids 20-30/2)" },
	{ "UID $ NOT $", "and(uids 20-30/2 not(uids 20-30/2))" },
	{ "$,1", NULL },
	{ "1,$", NULL },
	{ "UID 20,25:99", "and(uids 20-50/4)" },
	{ "uid 60:70", "and(uids 0-0/0)" },
	{ "OR SEEN (DRAFT 1)", "and(or(flags 1 and(flags 16 uids 10-10/1)))" },
	{ "OR OR 1 2 NOT 3 SEEN",
	  "and(or(uids 10-10/1 uids 20-20/1 not(uids 30-30/1)) flags 1)" },
	{ "OR 1 OR (OR 2 3) DRAFT SEEN",
	  "and(or(uids 10-10/1 and(or(uids 20-20/1 uids 30-30/1)) flags 16) flags 1)" },
	{ "NOT NOT (SEEN)", "and(not(not(and(flags 1))))" },
	{ "((SEEN)) DRAFT", "and(and(and(flags 1)) flags 16)" },
	{ "CHARSET UTF-8 SUBJECT \"\xc3\x84\"", "and(subject <A\xcc\x88>)" },
	{ "CHARSET iso-8859-1 SUBJECT \"\xc4\"", "and(subject <A\xcc\x88>)" },
	{ "SUBJECT {1}\r\n\xc4", "and(subject <A\xcc\x88>)" }, /* no charset told */
	{ "", NULL },
	{ "SEEN ", NULL },
	{ " SEEN", NULL },
	{ "()", NULL },
	{ "(SEEN", NULL },
	{ "SEEN)", NULL },
	{ "(SEEN )", NULL },
	{ "OR SEEN", NULL },
	{ "OR (SEEN DRAFT)", NULL },
	{ "NOT", NULL },
	{ "(NOT)", NULL },
	{ "6", NULL }, /* there are five messages */
	{ "0", NULL },
	{ "UID", NULL },
	{ "FROM", NULL },
	{ "FROM a\"b\"", NULL },
	{ "LARGER -1", NULL },
	{ "LARGER 18446744073709551616", NULL },
	{ "ON 30-Feb-2020", NULL },
	{ "KEYWORD \\Seen", NULL },
	{ "FOO", NULL },
	{ "CHARSET UTF-8", NULL },
	{ "CHARSET UTF-8 ", NULL },
	{ "SEEN CHARSET UTF-8", NULL },
};

TEST(search_keys)
{
	for (size_t i = 0; i < countof(criteria); i++)
		check(criteria[i].in, criteria[i].want);
}

TEST(search_charset_unknown)
{
	struct view *v = make_view();
	struct search_scope scope = { v, 1000, CHARSET_NAMED, 7 };
	struct search_keys k;
	struct arena arena;
	struct buf out;
	slice in = S("CHARSET none (TEXT a)");

	arena_init(&arena, 4 << 20);
	buf_init(&out, 10000);
	CHECK(take_search_keys(&in, &scope, &arena, &k));
	CHECK(k.bad_charset);
	bad_charset_write(&out);
	CHECK(slice_starts(buf_slice(&out), S("BADCHARSET (US-ASCII UTF-8 ")));
	search_keys_done(&k);
	buf_done(&out);
	arena_done(&arena);
	view_free(v);
}

/* Whether that many operators around a key are taken. */
static bool nests(slice operator, slice end, unsigned depth)
{
	struct view *v = make_view();
	struct search_scope scope = { v, 1000, CHARSET_NAMED, 7 };
	struct search_keys k;
	struct arena arena;
	struct buf text;
	slice in;
	bool ok;

	arena_init(&arena, 4 << 20);
	buf_init(&text, 1 << 20);
	for (unsigned i = 0; i < depth; i++)
		buf_add(&text, operator);
	buf_add(&text, S("NEW"));
	for (unsigned i = 0; i < depth; i++)
		buf_add(&text, end);
	in = buf_slice(&text);
	ok = take_search_keys(&in, &scope, &arena, &k);
	search_keys_done(&k);
	buf_done(&text);
	arena_done(&arena);
	view_free(v);
	return ok;
}

TEST(search_nesting)
{
	static const struct {
		slice operator, end;
		bool is_flat;
	} t[] = {
		{ SLICE_INIT("("), SLICE_INIT(")"), false },
		{ SLICE_INIT("NOT "), SLICE_INIT(""), false },
		{ SLICE_INIT("OR ALL NOT "), SLICE_INIT(""), false },
		{ SLICE_INIT("OR "), SLICE_INIT(" ALL"), true },
		{ SLICE_INIT("OR ALL "), SLICE_INIT(""), true },
	};

	for (size_t i = 0; i < countof(t); i++) {
		CHECK(nests(t[i].operator, t[i].end, 45));
		CHECK(nests(t[i].operator, t[i].end, SEARCH_DEPTH_MAX) == t[i].is_flat);
		CHECK(!nests(t[i].operator, t[i].end, 30000));
	}
}
