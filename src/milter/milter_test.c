#include "base/test.h"
#include "milter/test_filter.h"

/* The filter's first packet: version, what it may, what it wishes. */
#define OPTIONS(may, wishes) "O\0\0\0\6" may wishes
#define NOTHING "\0\0\0\0"
#define ALL "\0\0\1\xff"
#define ONLY_THE_END "\0\0\2\x7f"

static void add_packet(struct buf *out, slice payload)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_add_char(out, (char)(payload.n >> shift & 0xff));
	buf_add(out, payload);
}

/* What was said, a line a packet, '|' for NUL, '~' for what is no text. */
static void add_readable(slice said, struct buf *out)
{
	while (said.n >= 4) {
		size_t n =
			(size_t)(unsigned char)said.p[2] << 8 | (unsigned char)said.p[3];

		said = slice_skip(said, 4);
		for (size_t i = 0; i < n && i < said.n; i++) {
			char c = said.p[i];

			if (c != '\n' && c != '\t' && (c < ' ' || c > '~'))
				c = c ? '~' : '|';
			buf_add_char(out, c);
		}
		buf_add_char(out, '\n');
		said = slice_skip(said, n);
	}
}

struct said {
	slice packets[20];
};

static void add_packets(struct buf *out, const struct said *s)
{
	for (size_t i = 0; i < countof(s->packets) && s->packets[i].n; i++)
		add_packet(out, s->packets[i]);
}

#define OUR_OPTIONS "O|||~||~~|~~~\n"
#define MACROS_CONNECT                                                                   \
	"DCj|mx.test|{client_addr}|192.0.2.1|{client_name}|[192.0.2.1]|{client_port}|"   \
	"258|\n"
#define CONNECT "C[192.0.2.1]|4~~192.0.2.1|\n"
#define HELO "Hclient.test|\n"
#define MACROS_MAIL "DMi|x1|{mail_addr}|a@b.test|\n"
#define MAIL "M<a@b.test>|SIZE=9|\n"
#define MACROS_JO "DR{rcpt_addr}|jo@example.test|\n"
#define JO "R<jo@example.test>|\n"
#define MACROS_ANN "DR{rcpt_addr}|ann@example.test|\n"
#define ANN "R<ann@example.test>|\n"
#define MACROS_DATA "DTi|x1|\n"
#define MACROS_HEADER_END "DNi|x1|\n"
#define END "DEj|mx.test|i|x1|\nE\n"
#define ENVELOPE_MACROS MACROS_CONNECT MACROS_MAIL MACROS_JO MACROS_ANN
#define NO_CONTENT OUR_OPTIONS ENVELOPE_MACROS MACROS_DATA MACROS_HEADER_END
#define ENVELOPE                                                                         \
	OUR_OPTIONS MACROS_CONNECT CONNECT HELO MACROS_MAIL MAIL MACROS_JO JO MACROS_ANN \
		ANN

static void check_cut(slice says, size_t cut, slice want, enum milter_action action)
{
	struct test_filter f;
	struct buf readable;

	buf_init(&readable, 1 << 20);
	filter_init(&f);
	filter_says(&f, says, cut);
	add_readable(buf_slice(&f.said), &readable);
	CHECK_SLICE(buf_slice(&readable), want);
	CHECK_INT(f.verdict.action, action);
	filter_done(&f);
	buf_done(&readable);
}

static void check_told(struct said s, const char *want, enum milter_action action)
{
	struct buf says;

	buf_init(&says, 1 << 16);
	add_packets(&says, &s);
	for (size_t cut = 1; cut <= says.n; cut++)
		check_cut(buf_slice(&says), cut, slice_of(want), action);
	buf_done(&says);
}

#define C S("c")

TEST(a_filter_is_told_all)
{
	check_told((struct said){ { S(OPTIONS(NOTHING, NOTHING)), C, C, C, C, C, C, C, C,
				    C, C } },
		   ENVELOPE MACROS_DATA "T\nLSubject|hi\n\tthere|\n" MACROS_HEADER_END
					"N\nBbody.\n" END "Q\n",
		   MILTER_TAKES);
}

TEST(a_filter_that_wants_little)
{
	check_told((struct said){ { S(OPTIONS(NOTHING, ONLY_THE_END)), C } },
		   NO_CONTENT END "Q\n", MILTER_TAKES);
	/* All, without answering before the end, and blanks as they are. */
	check_told((struct said){ { S(OPTIONS(NOTHING, "\0\x1d\xf0\x80")), C } },
		   ENVELOPE MACROS_DATA "T\nLSubject| hi\n\tthere|\n" MACROS_HEADER_END
					"N\nBbody.\n" END "Q\n",
		   MILTER_TAKES);
}

TEST(a_filter_of_an_old_version)
{
	check_told((struct said){ { S("O\0\0\0\2\0\0\0\1\0\0\0\x7f"), C } },
		   OUR_OPTIONS ENVELOPE_MACROS MACROS_HEADER_END END "Q\n", MILTER_TAKES);
}

TEST(a_filter_chooses_its_macros)
{
	check_told(
		(struct said){
			{ S(OPTIONS(
				  "\0\0\1\0",
				  ONLY_THE_END) "\0\0\0\0j {v}\0\0\0\0\2\0"
						"\0\0\0\5{i},{client_addr}\0\0\0\0\3\0"),
			  C } },
		OUR_OPTIONS "DCj|mx.test|\n" MACROS_DATA MACROS_HEADER_END
			    "DE{client_addr}|192.0.2.1|i|x1|\nE\nQ\n",
		MILTER_TAKES);
	check_told((struct said){ { S(OPTIONS("\0\0\1\0", NOTHING) "\0\0\0\7j\0") } },
		   OUR_OPTIONS, MILTER_FAILED);
	check_told((struct said){ { S(OPTIONS("\0\0\1\0", NOTHING) "\0\0\0\1j") } },
		   OUR_OPTIONS, MILTER_FAILED);
}

struct ending {
	slice says;
	enum milter_action action;
	int code;
	slice enhanced, text;
};

static const struct ending endings[] = {
	{ SLICE_INIT("a"), MILTER_TAKES, 0, { 0 }, { 0 } },
	{ SLICE_INIT("d"), MILTER_DISCARDS, 0, { 0 }, { 0 } },
	{ SLICE_INIT("r"), MILTER_REFUSES, 550, SLICE_INIT("5.7.1"),
	  SLICE_INIT("A filter refuses the message") },
	{ SLICE_INIT("t"), MILTER_REFUSES, 451, SLICE_INIT("4.7.1"),
	  SLICE_INIT("A filter asks to try again later") },
	{ SLICE_INIT("f"), MILTER_REFUSES, 451, SLICE_INIT("4.7.1"),
	  SLICE_INIT("A filter asks to try again later") },
	{ SLICE_INIT("4"), MILTER_REFUSES, 421, SLICE_INIT("4.7.0"),
	  SLICE_INIT("A filter ends the session") },
	{ SLICE_INIT("y554 5.7.0 10%%\1.\0"), MILTER_REFUSES, 554, SLICE_INIT("5.7.0"),
	  SLICE_INIT("10%?.") },
	/* Changes before the end, what is no packet, options twice, a skip unasked. */
	{ SLICE_INIT("hX\0 y\0"), MILTER_FAILED, 0, { 0 }, { 0 } },
	{ SLICE_INIT("?"), MILTER_FAILED, 0, { 0 }, { 0 } },
	{ SLICE_INIT(OPTIONS(ALL, NOTHING)), MILTER_FAILED, 0, { 0 }, { 0 } },
	{ SLICE_INIT("s"), MILTER_FAILED, 0, { 0 }, { 0 } },
};

static void check_ending(const struct ending *e)
{
	struct said s = { { S(OPTIONS(ALL, NOTHING)), S("p"), e->says } };
	struct test_filter f;
	struct buf says;

	buf_init(&says, 1000);
	add_packets(&says, &s);
	filter_init(&f);
	filter_says(&f, buf_slice(&says), 100);
	CHECK_INT(engine_want(milter_engine(f.milter)), WANT_CLOSE);
	CHECK_INT(f.verdict.action, e->action);
	CHECK_INT(f.verdict.code, e->code);
	CHECK_SLICE(f.verdict.enhanced, e->enhanced);
	CHECK_SLICE(f.verdict.text, e->text);
	filter_done(&f);
	buf_done(&says);
}

TEST(a_filter_ends_it_early)
{
	for (size_t i = 0; i < countof(endings); i++)
		check_ending(&endings[i]);
}

static const struct said changes = { {
	SLICE_INIT(OPTIONS(ALL, ONLY_THE_END)),
	SLICE_INIT("hX\0y\0"),
	SLICE_INIT("i\0\0\0\1X\0y\0"),
	SLICE_INIT("m\0\0\0\1X\0\0"),
	SLICE_INIT("+<c@d>\0"),
	SLICE_INIT("2<e@f>\0N\0"),
	SLICE_INIT("-x@y"),
	SLICE_INIT("eg@h\0\0"),
	SLICE_INIT("bhe"),
	SLICE_INIT("bllo"),
	SLICE_INIT("qspam\0"),
	SLICE_INIT("p"),
	SLICE_INIT("c"),
} };

static const struct milter_edit changed[] = {
	{ EDIT_ADD_FIELD, 0, SLICE_INIT("X"), SLICE_INIT(" y") },
	{ EDIT_INSERT_FIELD, 1, SLICE_INIT("X"), SLICE_INIT(" y") },
	{ EDIT_CHANGE_FIELD, 1, SLICE_INIT("X"), SLICE_INIT("") },
	{ EDIT_ADD_RCPT, 0, SLICE_INIT(""), SLICE_INIT("c@d") },
	{ EDIT_ADD_RCPT, 0, SLICE_INIT(""), SLICE_INIT("e@f") },
	{ EDIT_REMOVE_RCPT, 0, SLICE_INIT(""), SLICE_INIT("x@y") },
	{ EDIT_SENDER, 0, SLICE_INIT(""), SLICE_INIT("g@h") },
};

static void check_changes(const struct milter_verdict *v)
{
	CHECK_INT(v->action, MILTER_TAKES);
	CHECK_INT(v->edit_count, countof(changed));
	for (size_t i = 0; i < countof(changed); i++) {
		CHECK_INT(v->edits[i].kind, changed[i].kind);
		CHECK_INT(v->edits[i].index, changed[i].index);
		CHECK_SLICE(v->edits[i].name, changed[i].name);
		CHECK_SLICE(v->edits[i].value, changed[i].value);
	}
	CHECK(v->has_new_body && v->quarantined);
	CHECK_SLICE(v->reason, S("spam"));
}

TEST(a_filter_changes_the_message)
{
	struct test_filter f;
	struct buf says;

	buf_init(&says, 1000);
	add_packets(&says, &changes);
	filter_init(&f);
	filter_says(&f, buf_slice(&says), 7);
	check_changes(&f.verdict);
	CHECK_SLICE(buf_slice(&f.new_body), S("hello"));
	filter_done(&f);
	buf_done(&says);
}

TEST(a_filter_skips)
{
	/* The other recipient and the rest of the body. */
	check_told((struct said){ { S(OPTIONS(NOTHING, "\0\0\4\0")), C, C, C, S("s"), C,
				    C, C, S("s"), C } },
		   OUR_OPTIONS MACROS_CONNECT CONNECT HELO MACROS_MAIL MAIL MACROS_JO JO
			   MACROS_DATA "T\nLSubject|hi\n\tthere|\n" MACROS_HEADER_END
				       "N\nBbody.\n" END "Q\n",
		   MILTER_TAKES);
}

TEST(what_was_not_offered_is_not_given)
{
	check_told((struct said){ { S(OPTIONS("\0\0\2\0", NOTHING)) } }, OUR_OPTIONS,
		   MILTER_FAILED);
	check_told((struct said){ { S(OPTIONS(NOTHING, "\x10\0\0\0")) } }, OUR_OPTIONS,
		   MILTER_FAILED);
	check_told((struct said){ { S("O\0\0\0\1\0\0\0\0\0\0\0\0") } }, OUR_OPTIONS,
		   MILTER_FAILED);
	check_told((struct said){ { C } }, OUR_OPTIONS, MILTER_FAILED);
	/* It may not change headers. */
	check_told((struct said){ { S(OPTIONS(NOTHING, ONLY_THE_END)), S("hX\0 y\0") } },
		   NO_CONTENT END, MILTER_FAILED);
}

TEST(only_so_many_changes)
{
	struct test_filter f;
	struct buf says;

	buf_init(&says, 1 << 20);
	add_packet(&says, S(OPTIONS(ALL, ONLY_THE_END)));
	for (int i = 0; i <= MILTER_EDITS_MAX; i++)
		add_packet(&says, S("+a@b\0"));
	filter_init(&f);
	filter_says(&f, buf_slice(&says), 1 << 16);
	CHECK_INT(f.verdict.edit_count, MILTER_EDITS_MAX);
	CHECK_SLICE(slice_of(f.verdict.fault), S("it changes too much"));
	filter_done(&f);
	buf_done(&says);
}
