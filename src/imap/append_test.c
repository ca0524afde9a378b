#include <stdlib.h>

#include "base/test.h"
#include "imap/client_test.h"

enum { COMMAND_MAX = 64 << 20 };

/* Appends "{n+}" and that many octets: one letter each, and a line end. */
static void add_message(struct buf *out, size_t n, char letter)
{
	buf_addf(out, " {%zu+}\r\n", n);
	for (size_t i = 2; i < n; i++)
		buf_add_char(out, letter);
	buf_add(out, S("\r\n"));
}

static void say_append(struct test_client *c, int messages, size_t octets)
{
	struct buf command;

	buf_init(&command, COMMAND_MAX);
	buf_add(&command, S("b APPEND INBOX"));
	for (int i = 0; i < messages; i++)
		add_message(&command, octets, (char)('a' + i % 26));
	buf_add(&command, S("\r\n"));
	test_client_say(c, buf_slice(&command));
	buf_done(&command);
}

static void say_urls(struct test_client *c, int urls)
{
	struct buf command;

	buf_init(&command, COMMAND_MAX);
	buf_add(&command, S("b APPEND INBOX CATENATE (URL /INBOX/;UID=1"));
	for (int i = 1; i < urls; i++)
		buf_add(&command, S(" URL /INBOX/;UID=1"));
	buf_add(&command, S(")\r\n"));
	test_client_say(c, buf_slice(&command));
	buf_done(&command);
}

/* More than is made beforehand: the rest is made in the account's job. */
TEST(append_many_large)
{
	struct test_client c;

	test_client_open(&c);
	c.host.runs_twice = true;
	say_append(&c, 80, 100'000);
	CHECK_INT(test_client_count(&c, S(" 1:80] APPEND completed\r\n")), 1);
	test_client_say(&c, S("c EXAMINE INBOX\r\nd UID FETCH 1:* RFC822.SIZE\r\n"
			      "e FETCH 80 BODY.PEEK[]<99990.20>\r\n"));
	CHECK_INT(test_client_count(&c, S(" RFC822.SIZE 100000)\r\n")), 80);
	CHECK_INT(test_client_count(&c, S("{10}\r\nbbbbbbbb\r\n)\r\n")), 1);
	test_client_close(&c);
}

/* A command's octets have a limit, its messages too, and it is read over to its end. */
TEST(append_limits)
{
	struct test_client c;

	test_client_open(&c);
	say_append(&c, 18, 1'000'000);
	CHECK_SLICE(buf_slice(&c.replies), S("b NO [LIMIT] too much at once\r\n"));
	say_append(&c, 10'001, 2);
	CHECK_SLICE(buf_slice(&c.replies),
		    S("b NO [MESSAGELIMIT 10000] too many messages at once\r\n"));
	say_urls(&c, 1001);
	CHECK_SLICE(buf_slice(&c.replies), S("b NO [LIMIT] too much at once\r\n"));
	say_urls(&c, 1000);
	CHECK_INT(test_client_count(&c, S("b NO [BADURL /INBOX/;UID=1] ")), 1);
	test_client_say(&c, S("c STATUS INBOX (MESSAGES)\r\n"));
	CHECK_INT(test_client_count(&c, S("(MESSAGES 0)")), 1);
	test_client_close(&c);
}

/* A part larger than a slice, with NUL at its end: counted, then told whole. */
TEST(fetch_binary_large)
{
	struct test_client c;
	struct buf command;

	test_client_open(&c);
	buf_init(&command, COMMAND_MAX);
	buf_add(&command, S("b APPEND INBOX ~{700048+}\r\n"
			    "Content-Transfer-Encoding: binary\r\n"
			    "X: 012345\r\n\r\n"));
	for (int i = 0; i < 69'999; i++)
		buf_add(&command, S("0123456789"));
	buf_add(&command, S("012345678\0\r\n"));
	test_client_say(&c, buf_slice(&command));
	CHECK_INT(test_client_count(&c, S(" 1] APPEND completed\r\n")), 1);
	test_client_say(&c,
			S("c EXAMINE INBOX\r\nd FETCH 1 (BINARY.SIZE[1] BINARY[1])\r\n"));
	CHECK_INT(test_client_count(&c, S("BINARY.SIZE[1] 700000 BINARY[1] ~{700000}")),
		  1);
	CHECK_INT(test_client_count(&c, S("0123456789")), 69'999);
	CHECK_INT(test_client_count(&c, S("012345678\0")), 1);
	CHECK(c.most < 2 * JOB_SLICE_OCTETS);
	buf_done(&command);
	test_client_close(&c);
}
