/* What a client hears of a command that takes its time (RFC 9585). */
#include "base/test.h"
#include "imap/client_test.h"

enum { MESSAGES = 1000, SIZE = 1000 };

static void fill(struct test_client *c)
{
	struct buf message;

	buf_init(&message, SIZE + 10);
	buf_add(&message, S("x: y\r\n\r\n"));
	for (int i = 0; i < SIZE; i++)
		buf_add_char(&message, 'x');
	test_client_deliver(c, buf_slice(&message), MESSAGES);
	test_client_say(c, S("a SELECT INBOX\r\n"));
	buf_done(&message);
}

TEST(progress_is_told)
{
	struct test_client c;

	test_client_open(&c);
	fill(&c);
	test_client_say(&c, S("b FETCH 1:* (BODY.PEEK[])\r\n"));
	CHECK_INT(test_client_count(&c, S("INPROGRESS")), 0);
	c.host.haste = 10;
	test_client_say(&c, S("c FETCH 1:* (BODY.PEEK[])\r\n"));
	CHECK(test_client_count(&c, S("* OK [INPROGRESS (\"c\" ")) > 0);
	CHECK(test_client_count(&c, S(" 1000)] still at it\r\n")) > 0);
	CHECK_INT(test_client_count(&c, S("* 1000 FETCH ")), 1);
	test_client_say(&c, S("d] FETCH 1:* (BODY.PEEK[])\r\n"));
	CHECK(test_client_count(&c, S("* OK [INPROGRESS (NIL ")) > 0);
	test_client_close(&c);
}
