#include "base/buf.h"
#include "base/test.h"
#include "message/mime.h"

/* Writes the tree as type/subtype(child child), leaves as type/subtype{body}, with |
 * for CRLF and ! for a bare LF. */
static void describe(const struct mime *m, slice message, struct buf *out)
{
	for (uint32_t i = 0; i < m->part_count; i++) {
		const struct mime_part *part = &m->parts[i];
		uint32_t at = i;

		if (i && m->parts[i - 1].end_index <= i) buf_add_char(out, ' ');
		buf_addf(out, "%.*s/%.*s%c", FMT(part->type), FMT(part->subtype),
			 part->kind == MIME_LEAF ? '{' : '(');
		for (uint64_t o = part->body_start;
		     part->kind == MIME_LEAF && o < part->end; o++) {
			char c = message.p[o];
			bool crlf = c == '\r' && o + 1 < part->end &&
				    message.p[o + 1] == '\n';

			buf_add_char(out, crlf ? '|' : c == '\n' ? '!' : c);
			o += crlf;
		}
		if (part->kind == MIME_LEAF) buf_add_char(out, '}');
		if (part->kind != MIME_LEAF && part->end_index == i + 1)
			buf_add_char(out, ')');
		for (; at &&
		       m->parts[at].end_index == m->parts[m->parts[at].parent].end_index;
		     at = m->parts[at].parent)
			buf_add_char(out, ')');
	}
}

static void check_tree(const char *message, const char *want)
{
	struct arena arena;
	struct buf got;
	slice in = slice_of(message);

	arena_init(&arena, MIME_ARENA_MAX);
	buf_init(&got, 100'000);
	describe(mime_parse(&arena, in), in, &got);
	CHECK_SLICE(buf_slice(&got), slice_of(want));
	buf_done(&got);
	arena_done(&arena);
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n"

/* A message, and its parts with the lines of their bodies. */
/* clang-format off */
static const struct {
	const char *message, *tree;
} trees[] = {
	{ "", "text/plain{}" },
	{ "Subject: x\r\n\r\nhello\r\n", "text/plain{hello|}" },
	{ "\r\nhello", "text/plain{hello}" },
	{ MIXED "\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: "
		"text/html\r\n\r\ntwo\r\n\r\n--b--\r\n",
	  "multipart/mixed(text/plain{one} text/html{two|})" },
	/* preamble and epilogue belong to no part */
	{ MIXED "\r\npre\r\n--b\r\n\r\none\r\n--b--\r\nepi\r\n--b\r\n\r\nno\r\n",
	  "multipart/mixed(text/plain{one})" },
	/* RFC 2046 5.1.1: white space behind a boundary, none before it */
	{ MIXED "\r\n--b \t \r\n\r\none\r\n --b\r\n--b-- \r\n",
	  "multipart/mixed(text/plain{one| --b})" },
	/* a line that only begins with a boundary is none */
	{ MIXED "\r\n--b\r\n\r\none\r\n--bc\r\n--b-\r\n--b--c\r\n--b--",
	  "multipart/mixed(text/plain{one|--bc|--b-|--b--c})" },
	/* the closing boundary is missing */
	{ MIXED "\r\n--b\r\n\r\none\r\n", "multipart/mixed(text/plain{one|})" },
	{ MIXED "\r\n--b", "multipart/mixed(text/plain{})" },
	{ MIXED "\r\n--b\r\n--b\r\n\r\n--b\r\n\r\n\r\n--b--\r\n",
	  "multipart/mixed(text/plain{} text/plain{} text/plain{})" },
	/* empty multiparts */
	{ MIXED "\r\n", "multipart/mixed()" },
	{ MIXED, "multipart/mixed()" },
	{ MIXED "\r\n--b--\r\n", "multipart/mixed()" },
	/* an outer boundary ends inner parts */
	{ MIXED
	  "\r\n--b\r\nContent-Type: multipart/alternative; boundary=bb\r\n\r\n"
	  "--bb\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--bb\r\n--b--\r\n",
	  "multipart/mixed(multipart/alternative(text/plain{one}) "
	  "text/plain{two|--bb})" },
	/* the same boundary inside: the inner one first */
	{ MIXED "\r\n--b\r\n" MIXED
		"\r\n--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\ntwo\r\n--b--\r\n",
	  "multipart/mixed(multipart/mixed(text/plain{one}) text/plain{two})" },
	/* no header, no empty line in a part */
	{ MIXED "\r\n--b\r\nContent-Type: text/html\r\n--b--\r\n",
	  "multipart/mixed(text/html{})" },
	{ MIXED "\r\n--b\r\none\r\ntwo\r\n--b--\r\n",
	  "multipart/mixed(text/plain{one|two})" },
	{ MIXED "\r\n--b\r\none\r\n--b--\r\n",
	  "multipart/mixed(text/plain{one})" },
	{ MIXED "--b\r\nContent-Type: text/html\r\n\r\none\r\n--b--\r\n",
	  "multipart/mixed(text/html{one})" },
	/* bare LF ends lines, bare CR does not */
	{ "Content-Type: multipart/mixed; "
	  "boundary=b\n\n--b\n\none\n--b\r\n\ntwo\n\n--b--\n",
	  "multipart/mixed(text/plain{one} text/plain{two!})" },
	{ MIXED "\r\n--b\r\n\r\none\r--b\r--b--\r\n",
	  "multipart/mixed(text/plain{one\r--b\r--b--|})" },
	/* no usable boundary */
	{ "Content-Type: multipart/mixed\r\n\r\n--\r\n\r\n", "text/plain{--||}" },
	{ "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n",
	  "text/plain{--|}" },
	{ "Content-Type: multipart/mixed; boundary=\"b c  \"\r\n\r\n--b "
	  "c\r\n\r\nx",
	  "multipart/mixed(text/plain{x})" },
	{ "Content-Type: nonsense\r\n\r\nx", "text/plain{x}" },
	{ "Content-Type: (a) TEXT (b) / (c) Html (d); x=y\r\n\r\nx",
	  "TEXT/Html{x}" },
	{ "Content-type:text/html\r\nContent-Type: image/png\r\n\r\nx",
	  "text/html{x}" },
	/* messages */
	{ "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx\r\n",
	  "message/rfc822(text/plain{x|})" },
	{ "Content-Type: message/global\r\nContent-Transfer-Encoding: "
	  "8bit\r\n\r\nA: b",
	  "message/global(text/plain{})" },
	{ "Content-Type: message/rfc822\r\n", "message/rfc822(text/plain{})" },
	{ "Content-Type: message/rfc822\r\nno\r\nfields\r\n",
	  "message/rfc822(text/plain{no|fields|})" },
	{ "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: "
	  "base64\r\n\r\nQTpi\r\n",
	  "application/octet-stream{QTpi|}" },
	{ "Content-Type: message/partial\r\n\r\nx", "message/partial{x}" },
	{ "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nA: "
	  "b\r\n\r\none\r\n"
	  "--b\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--b--\r\n",
	  "multipart/digest(message/rfc822(text/plain{one}) text/plain{two})" },
	/* header sections: mbox lines, stray lines, no empty line */
	{ "From a@b Mon Jan  1 00:00:00 2024\r\nContent-Type: text/html\r\n\r\nx",
	  "text/html{x}" },
	{ ">From a@b\r\nContent-Type: text/html\r\n\r\nx", "text/html{x}" },
	{ "A: b\r\nstray\r\n more\r\nContent-Type: text/html\r\n\r\nx",
	  "text/html{x}" },
	{ "A: b\r\nhello\r\n\r\nx", "text/plain{x}" },
	{ "A: b\r\nhello\r\nworld\r\n", "text/plain{hello|world|}" },
	{ "hello\r\n\r\nx", "text/plain{hello||x}" },
	{ "stray\r\nContent-Type: text/html\r\n\r\nx", "text/html{x}" },
	{ "A: b\r\nhello\r\nworld\r\nContent-Type: text/html\r\n\r\nx",
	  "text/html{x}" },
	{ "hello", "text/plain{hello}" },
	{ " folded\r\nContent-Type: text/html\r\n\r\nx", "text/html{x}" },
	{ "Content-Type \t: text/html\r\n \r\n\r\nx", "text/html{x}" },
	{ "Content-Type:\r\n text/html;\r\n\tcharset=utf-8\r\n\r\nx",
	  "text/html{x}" },
};
/* clang-format on */

TEST(mime_tree)
{
	for (size_t i = 0; i < countof(trees); i++)
		check_tree(trees[i].message, trees[i].tree);
}

TEST(mime_offsets_and_lines)
{
	struct arena arena;

	arena_init(&arena, MIME_ARENA_MAX);
	const struct mime *m =
		mime_parse(&arena, S("A: 1\r\nB: 2\r\n 3\r\n" MIXED "\r\n"
				     "pre\r\n--b\r\nC: d\r\n\r\none\r\ntwo\r\n"
				     "\r\n--b--\r\nepilogue"));
	const struct mime_part *root = &m->parts[0], *part = &m->parts[1];

	CHECK_INT(m->part_count, 2);
	CHECK_INT(root->start, 0);
	CHECK_INT(root->body_start, 61);
	CHECK_INT(root->end, m->size);
	CHECK_INT(root->header_lines, 5);
	CHECK_INT(root->body_lines, 8);
	CHECK_INT(root->end_index, 2);
	CHECK_INT(root->field_count, 3);
	CHECK_SLICE(root->fields[1].name, S("B"));
	CHECK_SLICE(root->fields[1].value, S(" 2\r\n 3"));
	CHECK_INT(root->fields[1].start, 6);
	CHECK_INT(root->fields[1].end, 16);
	CHECK_INT(part->start, 71);
	CHECK_INT(part->body_start, 79);
	CHECK_INT(part->end, 89);
	CHECK_INT(part->header_lines, 2);
	CHECK_INT(part->body_lines, 2);
	CHECK_INT(part->depth, 1);
	arena_done(&arena);
}
