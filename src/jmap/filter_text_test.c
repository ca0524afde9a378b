#include "jmap/filter_text.h"

#include "base/test.h"

/* Each token in brackets, phrases in angle brackets. */
static void check(const char *in, const char *want)
{
	struct filter_token token;
	slice s = slice_of(in);
	struct buf got;

	buf_init(&got, 1000);
	while (take_filter_token(&s, &token)) {
		buf_add_char(&got, token.is_phrase ? '<' : '[');
		filter_token_text(&token, &got);
		buf_add_char(&got, token.is_phrase ? '>' : ']');
	}
	CHECK_SLICE(buf_slice(&got), slice_of(want));
	buf_done(&got);
}

TEST(filter_texts_are_words_and_phrases)
{
	/* clang-format off */
	static const struct { const char *in, *want; } rows[] = {
		{ "",                       "" },
		{ " \t\r\n",                "" },
		{ "one",                    "[one]" },
		{ " one  two\tthree ",      "[one][two][three]" },
		{ "\"one two\" three",      "<one two>[three]" },
		{ "'one two'three",         "<one two>[three]" },
		{ "don't can't",            "[don't][can't]" },
		{ "'tis the season",        "['tis][the][season]" },
		{ "\"open end",             "[\"open][end]" },
		{ "'a \"b\" c'",            "<a \"b\" c>" },
		{ "\"a \\\"b\\\" \\\\ \\c\"", "<a \"b\" \\ \\c>" },
		{ "a\\\"b",                 "[a\\\"b]" },
		{ "\"a\\\"",                "[\"a\\\"]" },
		{ "\"\" x",                 "<>[x]" },
	};
	/* clang-format on */

	for (size_t i = 0; i < countof(rows); i++)
		check(rows[i].in, rows[i].want);
}
