/* FETCH over whole messages, many messages and large ones. */
#include <ftw.h>
#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "imap/client_test.h"
#include "imap/lexer.h"

enum { COMMAND_SIZE = 200 };

__attribute__((format(printf, 2, 3))) static void sayf(struct test_client *c,
						       const char *format, ...)
{
	char command[COMMAND_SIZE];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	CHECK(n > 0 && n < COMMAND_SIZE);
	test_client_say(c, (slice){ command, (size_t)n });
}

/* "NAME text", with the space before it. */
static slice take_told(slice *in, const char *name)
{
	struct arena none = { 0 };
	slice text = { 0 };

	CHECK(take_char(in, ' '));
	CHECK(take_literal(in, slice_of(name)));
	CHECK(take_char(in, ' '));
	CHECK(take_string(in, &none, &text));
	return text;
}

/* The reply to "x FETCH n ITEMS", up to behind its "(". */
static slice begin_reply(const struct test_client *c)
{
	slice in = buf_slice(&c->replies);
	uint32_t number;

	CHECK(take_literal(&in, S("* ")) && take_u32(&in, &number));
	CHECK(take_literal(&in, S(" FETCH (")));
	return in;
}

static void end_reply(slice in)
{
	CHECK_SLICE(in, S(")\r\nx OK FETCH completed\r\n"));
}

/* --- whole messages --- */

static void check_whole(struct test_client *c, uint32_t number, slice message)
{
	slice in, whole, header, text;
	uint64_t size = 0;

	sayf(c,
	     "x FETCH %u (RFC822.SIZE BODY.PEEK[] RFC822.HEADER BODY.PEEK[TEXT]"
	     " BODY.PEEK[HEADER.FIELDS.NOT (\"\")])\r\n",
	     number);
	in = begin_reply(c);
	CHECK(take_literal(&in, S("RFC822.SIZE ")) && take_u64(&in, &size));
	whole = take_told(&in, "BODY[]");
	header = take_told(&in, "RFC822.HEADER");
	text = take_told(&in, "BODY[TEXT]");
	CHECK_INT(size, message.n);
	CHECK_SLICE(whole, message);
	CHECK_SLICE(header, slice_head(message, header.n));
	CHECK_SLICE(text, slice_skip(message, header.n));
	CHECK_SLICE(take_told(&in, "BODY[HEADER.FIELDS.NOT (\"\")]"), header);
	end_reply(in);
}

static struct test_client corpus_client; /* nftw has no context */
static uint32_t corpus_count;

static slice read_message(const char *path)
{
	slice file = test_read_file(path);
	char *p = (char *)(uintptr_t)file.p;

	/* As NUL is told (imap/fetch_stream.c). */
	for (size_t i = 0; i < file.n; i++)
		if (!p[i]) p[i] = (char)0x80;
	return file;
}

static int check_file(const char *path, const struct stat *, int kind, struct FTW *)
{
	slice message;

	if (kind != FTW_F) return 0;
	message = read_message(path);
	test_client_deliver(&corpus_client, message, 1);
	test_client_say(&corpus_client, S("n NOOP\r\n"));
	check_whole(&corpus_client, ++corpus_count, message);
	free((void *)(uintptr_t)message.p);
	return 0;
}

static void check_corpus(const char *name, uint32_t at_least)
{
	char *path = test_data_path(name);

	if (!path) {
		TEST_SKIP();
		return;
	}
	corpus_count = 0;
	test_client_open(&corpus_client);
	test_client_say(&corpus_client, S("s SELECT INBOX\r\n"));
	CHECK_INT(nftw(path, check_file, 10, FTW_PHYS), 0);
	CHECK(corpus_count > at_least);
	test_client_close(&corpus_client);
	free(path);
}

TEST(fetch_all_of_mime)
{
	check_corpus("mime", 500);
}

TEST(fetch_all_of_bulk)
{
	check_corpus("bulk", 1000);
}

/* --- pieces --- */

static void make_message(struct buf *out, size_t lines)
{
	buf_add(out, S("Subject: long\r\nTo: a@example.test\r\nDate: x\r\n\r\n"));
	for (size_t i = 0; i < lines; i++)
		buf_addf(out, "%zu of the lines that make the message long\r\n", i);
}

/* Pieces of a section, one behind the other, are the whole of it. */
static void check_pieces(struct test_client *c, const char *section, size_t piece)
{
	struct buf whole, joined;
	slice in, text;
	char name[COMMAND_SIZE];

	buf_init(&whole, 8 << 20);
	buf_init(&joined, 8 << 20);
	sayf(c, "x FETCH 1 (UID BODY.PEEK[%s])\r\n", section);
	in = begin_reply(c);
	CHECK(take_literal(&in, S("UID 1")));
	snprintf(name, sizeof(name), "BODY[%s]", section);
	text = take_told(&in, name);
	end_reply(in);
	buf_add(&whole, text);
	do {
		sayf(c, "x FETCH 1 (UID BODY.PEEK[%s]<%zu.%zu>)\r\n", section, joined.n,
		     piece);
		in = begin_reply(c);
		CHECK(take_literal(&in, S("UID 1")));
		snprintf(name, sizeof(name), "BODY[%s]<%zu>", section, joined.n);
		text = take_told(&in, name);
		CHECK(text.n <= piece);
		buf_add(&joined, text);
		end_reply(in);
	} while (text.n);
	CHECK_SLICE(buf_slice(&joined), buf_slice(&whole));
	buf_done(&whole);
	buf_done(&joined);
}

static void check_message_in_pieces(size_t lines, size_t piece)
{
	struct test_client c;
	struct buf message;

	buf_init(&message, 8 << 20);
	make_message(&message, lines);
	test_client_open(&c);
	test_client_deliver(&c, buf_slice(&message), 1);
	test_client_say(&c, S("s SELECT INBOX\r\n"));
	check_whole(&c, 1, buf_slice(&message));
	check_pieces(&c, "", piece);
	check_pieces(&c, "TEXT", piece);
	check_pieces(&c, "HEADER.FIELDS (SUBJECT DATE)", 7);
	check_pieces(&c, "HEADER.FIELDS.NOT (TO)", 1);
	/* No more is held than a slice, and what waits to be sent. */
	CHECK(c.most < JOB_SLICE_OCTETS + 2 * OUTPUT_MARK);
	test_client_close(&c);
	buf_done(&message);
}

TEST(fetch_pieces_of_a_small_message)
{
	check_message_in_pieces(20, 13);
}

TEST(fetch_pieces_of_a_large_message)
{
	check_message_in_pieces(40000, 300001);
}

/* Many sections of one message come in slices too. */
TEST(fetch_many_sections)
{
	struct test_client c;
	struct buf text;

	buf_init(&text, 1 << 20);
	make_message(&text, 1000);
	test_client_open(&c);
	test_client_deliver(&c, buf_slice(&text), 3);
	buf_reset(&text);
	buf_add(&text, S("s SELECT INBOX\r\nx FETCH 1:* (BODY[TEXT]"));
	for (int i = 1; i < 100; i++)
		buf_add(&text, S(" BODY[TEXT]"));
	buf_add(&text, S(")\r\n"));
	test_client_say(&c, buf_slice(&text));
	CHECK_INT(test_client_count(&c, S("BODY[TEXT] {")), 300);
	CHECK_INT(test_client_count(&c, S("999 of the lines that")), 300);
	CHECK_INT(test_client_count(&c, S(" FETCH (FLAGS (\\Seen \\Recent) ")), 3);
	CHECK_INT(test_client_count(&c, S(")\r\nx OK FETCH completed\r\n")), 1);
	CHECK(c.most < JOB_SLICE_OCTETS + 2 * OUTPUT_MARK);
	test_client_close(&c);
	buf_done(&text);
}

/* --- many messages --- */

TEST(fetch_many_messages)
{
	enum { MESSAGES = 5000 };
	struct test_client c;
	struct buf odd;

	test_client_open(&c);
	test_client_deliver(&c, S("Subject: x\r\n\r\ny\r\n"), MESSAGES);
	test_client_say(&c, S("s SELECT INBOX\r\nx FETCH 1:* (UID FLAGS)\r\n"));
	CHECK_INT(test_client_count(&c, S(" FLAGS (\\Recent))\r\n")), MESSAGES);
	CHECK_INT(test_client_count(&c, S("* 5000 FETCH (UID 5000 FLAGS")), 1);

	buf_init(&odd, 100000); /* 2,500 intervals */
	buf_add(&odd, S("x UID FETCH 1"));
	for (uint32_t uid = 3; uid < MESSAGES; uid += 2)
		buf_addf(&odd, ",%u", uid);
	buf_add(&odd, S(" (UID)\r\n"));
	test_client_say(&c, buf_slice(&odd));
	CHECK_INT(test_client_count(&c, S(" FETCH (UID ")), MESSAGES / 2);
	CHECK_INT(test_client_count(&c, S("* 4999 FETCH (UID 4999)\r\n")), 1);
	CHECK_INT(test_client_count(&c, S("* 2 FETCH")), 0);
	buf_done(&odd);

	test_client_say(&c, S("x FETCH 1:* (ENVELOPE BODYSTRUCTURE)\r\n"));
	CHECK_INT(test_client_count(&c, S(" FETCH (ENVELOPE (NIL \"x\" ")), MESSAGES);
	CHECK(c.most < JOB_SLICE_OCTETS + 2 * OUTPUT_MARK);
	test_client_close(&c);
}

/* \Seen is set as the answer goes on; each message tells it once. */
TEST(fetch_marks_many_messages)
{
	enum { MESSAGES = 1000 };
	struct test_client c;

	test_client_open(&c);
	c.host.runs_twice = true;
	test_client_deliver(&c, S("Subject: x\r\n\r\ny\r\n"), MESSAGES);
	test_client_say(&c, S("s SELECT INBOX\r\nt STORE 500 FLAGS.SILENT (\\Seen)\r\n"));
	test_client_say(&c, S("x FETCH 1:* BODY[TEXT]\r\n"));
	CHECK_INT(test_client_count(&c,
				    S(" FETCH (FLAGS (\\Seen \\Recent) BODY[TEXT] {3}")),
		  MESSAGES - 1);
	CHECK_INT(test_client_count(&c, S("* 500 FETCH (BODY[TEXT] {3}")), 1);
	CHECK_INT(test_client_count(&c, S("x OK FETCH completed\r\n")), 1);
	test_client_say(&c, S("y STATUS INBOX (UNSEEN)\r\n"));
	CHECK_INT(test_client_count(&c, S("(UNSEEN 0)")), 1);
	test_client_say(&c, S("z NOOP\r\n"));
	CHECK_SLICE(buf_slice(&c.replies), S("z OK NOOP completed\r\n"));
	test_client_close(&c);
}
