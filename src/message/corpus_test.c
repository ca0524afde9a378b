/* Over all public test messages: what holds for any message holds for these. */
#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "base/utf8.h"
#include "message/mime_check.h"
#include "message/summary.h"

static bool read_slice(void *source, uint64_t offset, char *into, size_t n)
{
	const slice *message = source;

	CHECK(offset + n <= message->n);
	memcpy(into, message->p + offset, n);
	return true;
}

static uint32_t count_characters(slice text)
{
	uint32_t c, count = 0;

	while (take_code_point(&text, &c))
		count++;
	CHECK_INT(text.n, 0);
	return count;
}

static void check_summary(slice message)
{
	struct summary s;
	struct arena arena;

	arena_init(&arena, MIME_ARENA_MAX + SUMMARY_ARENA_MAX);
	CHECK(summary_make(mime_parse(&arena, message), read_slice, &message, &arena,
			   &s));

	const slice texts[] = { s.subject, s.from,     s.to,         s.cc,        s.bcc,
				s.sender,  s.reply_to, s.message_id, s.references };
	for (size_t i = 0; i < countof(texts); i++)
		count_characters(texts[i]);
	CHECK(count_characters(s.preview) <= PREVIEW_MAX);
	arena_done(&arena);
}

/* The same with CRLF at each line's end. */
static void add_with_crlf(slice message, struct buf *out)
{
	for (slice line; take_until(&message, '\n', &line);) {
		buf_add(out, line);
		buf_add(out, slice_ends_nocase(line, S("\r")) ? S("\n") : S("\r\n"));
	}
	buf_add(out, message);
}

static void check_file(slice message)
{
	struct buf crlf;

	buf_init(&crlf, 2 * message.n);
	add_with_crlf(message, &crlf);
	check_message(message);
	check_message(buf_slice(&crlf));
	check_summary(message);
	buf_done(&crlf);
}

TEST(corpus_mime)
{
	test_each_data_file("mime", 400, check_file);
}

TEST(corpus_bulk)
{
	test_each_data_file("bulk", 400, check_file);
}

TEST(corpus_dsn)
{
	test_each_data_file("dsn", 400, check_file);
}
