#include "jmap/snippet_text.h"

#include <string.h>

#include "base/test.h"
#include "message/text.h"

typedef bool marker(slice utf8, const struct snippet_words *words, struct buf *out);

/* words: separated by spaces. */
static bool mark(marker *how, slice text, const char *words, struct buf *out)
{
	slice folded[10], in;
	struct snippet_words w = { .folded = folded };
	struct buf all;
	bool found;

	buf_init(&all, 1000);
	text_fold(slice_of(words), &all);
	in = buf_slice(&all);
	while (take_word(&in, &folded[w.count])) {
		w.count++;
		take_char(&in, ' ');
	}
	found = how(text, &w, out);
	buf_done(&all);
	return found;
}

static void check(marker *how, slice text, const char *words, const char *want)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	CHECK(mark(how, text, words, &out) == (want != NULL));
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
}

/* Beginning with RFC 8621 5.2. */
TEST(snippet_of_all)
{
	static const struct {
		const char *text, *words, *want;
	} t[] = {
		{ "The Foosball competition", "foo",
		  "The <mark>Foo</mark>sball competition" },
		{ "a <b> & foo", "FOO", "a &lt;b&gt; &amp; <mark>foo</mark>" },
		{ "a<b", "a<", "<mark>a&lt;</mark>b" },
		{ "abcabc", "bc ca", "a<mark>bcabc</mark>" },
		{ "Straße Ärger", "ärg", "Straße <mark>Ärg</mark>er" },
		{ "ﬁn Straße", "STRASSE", NULL },
		{ "aaa", "aa", "<mark>aa</mark>a" },
		{ "no", "yes", NULL },
		{ "", "yes", NULL },
	};

	for (size_t i = 0; i < countof(t); i++)
		check(snippet_mark_all, slice_of(t[i].text), t[i].words, t[i].want);
}

TEST(snippet_of_the_first)
{
	check(snippet_mark_first, S(" a\r\n\r\n  foo\tbar\n"), "foo",
	      "a <mark>foo</mark> bar");
	check(snippet_mark_first, S("nothing"), "foo", NULL);
}

TEST(snippet_keeps_its_size)
{
	for (size_t before = 0; before < 300; before++) {
		struct buf text, out;
		slice got;
		bool far;

		buf_init(&text, 10'000);
		buf_init(&out, 1000);
		for (size_t i = 0; i < before; i++)
			buf_add(&text, i % 7 ? S("&") : S("\xc3\xa4"));
		far = text.n > 40;
		buf_add(&text, S("foo"));
		for (size_t i = 0; i < 2 * before; i++)
			buf_add(&text, i % 11 ? S("&") : S("foo"));
		CHECK(mark(snippet_mark_first, buf_slice(&text), "foo", &out));
		got = buf_slice(&out);
		CHECK(got.n <= SNIPPET_PREVIEW_MAX);
		CHECK(slice_find(got, S("<mark>foo")) < got.n);
		CHECK(slice_starts(got, S("...")) == far);
		buf_done(&out);
		buf_done(&text);
	}
}

TEST(snippet_of_a_long_word)
{
	char long_text[1000], words[1000 + 1] = { 0 };
	struct buf out;

	memset(long_text, 'x', sizeof(long_text));
	memset(words, 'x', sizeof(long_text));
	buf_init(&out, 1000);
	CHECK(mark(snippet_mark_first, (slice){ long_text, sizeof(long_text) }, words,
		   &out));
	CHECK(out.n <= SNIPPET_PREVIEW_MAX && out.n > 200);
	CHECK(slice_ends_nocase(buf_slice(&out), S("</mark>...")));
	buf_done(&out);
}
