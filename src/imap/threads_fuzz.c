/* Whatever messages refer to: each is told once, parentheses are balanced, and cutting
 * the response into pieces changes nothing. */
#include "imap/threads.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { MESSAGES_MAX = 200, FIELDS = 4 };

/* A byte each for date, subject and id, then references up to a zero. */
static uint32_t add_messages(struct threads *t, slice in)
{
	uint32_t uid = 0;

	while (in.n > FIELDS && uid < MESSAGES_MAX) {
		slice references = slice_skip(in, 3);
		struct thread_message m = { .uid = uid + 1,
					    .sent = in.p[0],
					    .subject = { in.p + 1, 1 },
					    .message_id = { in.p + 2, 1 } };

		m.references = slice_head(references, slice_find_char(references, '\0'));
		in = slice_skip(references, m.references.n + 1);
		uid++;
		if (threads_add(t, &m)) abort();
	}
	return uid;
}

static void check_written(slice text, uint32_t count)
{
	bool seen[MESSAGES_MAX + 1] = { 0 };
	uint32_t depth = 0, total = 0;

	while (text.n) {
		uint32_t uid;

		if (take_u32(&text, &uid)) {
			if (!depth || uid > count || seen[uid]) abort();
			seen[uid] = true;
			total++;
		} else if (take_char(&text, '(')) {
			depth++;
		} else if (take_char(&text, ')')) {
			if (!depth--) abort();
		} else if (!take_char(&text, ' ')) {
			abort();
		}
	}
	if (depth || total != count) abort();
}

static void write_all(const struct threads *t, size_t step, struct buf *out)
{
	struct thread_place place = { 0 };

	while (!threads_write(t, NULL, &place, out, out->n + step))
		;
}

static void check_threads(enum thread_algorithm algorithm, slice in)
{
	struct threads t;
	struct buf whole, pieces;
	uint32_t count;

	threads_init(&t, algorithm);
	buf_init(&whole, 1 << 20);
	buf_init(&pieces, 1 << 20);
	count = add_messages(&t, in);
	if (!threads_finish(&t, INT64_MAX)) abort();
	write_all(&t, 1 << 19, &whole);
	write_all(&t, 1, &pieces);
	if (!slice_eq(buf_slice(&whole), buf_slice(&pieces))) abort();
	check_written(buf_slice(&whole), count);
	buf_done(&whole);
	buf_done(&pieces);
	threads_done(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice in = { (const char *)data, n };

	check_threads(THREAD_REFERENCES, in);
	check_threads(THREAD_ORDEREDSUBJECT, in);
	return 0;
}
