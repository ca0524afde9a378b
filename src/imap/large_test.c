/* Mailboxes and answers that need many slices, and jobs that fail. */
#include <stdlib.h>

#include "base/test.h"
#include "imap/client_test.h"
#include "store/message.h"

TEST(imap_many_changes)
{
	enum { MESSAGES = 5000 };
	struct test_client c;

	test_client_open(&c);
	test_client_deliver(&c, S(""), MESSAGES);
	test_client_say(&c, S("b SELECT INBOX\r\n"));
	CHECK_INT(test_client_count(&c, S("* 5000 EXISTS\r\n* 5000 RECENT\r\n")), 1);
	test_client_say(&c, S("c STORE 1:* +FLAGS ($a)\r\n"));
	CHECK_INT(test_client_count(&c, S("FETCH (FLAGS (\\Recent $a))\r\n")), MESSAGES);
	CHECK_INT(test_client_count(&c, S("c OK STORE completed\r\n")), 1);
	test_client_say(&c, S("d NOOP\r\n"));
	CHECK_SLICE(buf_slice(&c.replies), S("d OK NOOP completed\r\n"));
	test_client_deliver(&c, S(""), MESSAGES);
	test_client_say(&c, S("e STORE 1:* +FLAGS.SILENT (\\Deleted)\r\nf EXPUNGE\r\n"));
	CHECK_INT(test_client_count(&c, S(" EXPUNGE\r\n")), MESSAGES);
	CHECK_INT(test_client_count(&c, S("* 10000 EXISTS\r\n* 10000 RECENT\r\n")), 1);
	CHECK_INT(test_client_count(&c, S("f OK EXPUNGE completed\r\n")), 1);
	CHECK(c.most < 4 * OUTPUT_MARK);
	test_client_close(&c);
}

TEST(imap_many_mailboxes)
{
	enum { MAILBOXES = 6000 };
	struct test_client c;
	struct account *a;
	int64_t id;

	test_client_open(&c);
	a = test_host_account(&c.host, 1);
	CHECK_INT(account_begin(a, JOB_WRITES), ERR_NONE);
	for (int i = 0; i < MAILBOXES; i++) {
		char name[100];
		int n = snprintf(name, sizeof(name),
				 "a folder with a name of some size/%d", i);

		CHECK_INT(mailbox_create(a, (slice){ name, (size_t)n }, USE_NONE, &id),
			  ERR_NONE);
		CHECK_INT(subscription_set(a, (slice){ name, (size_t)n }, true),
			  ERR_NONE);
	}
	CHECK_INT(account_commit(a), ERR_NONE);
	test_client_say(&c, S("b LIST \"\" \"a folder*\"\r\n"));
	CHECK_INT(test_client_count(&c, S("* LIST (\\HasNoChildren) ")), MAILBOXES);
	CHECK_INT(test_client_count(&c, S("* LIST (\\HasChildren) ")), 1);
	CHECK_INT(test_client_count(&c, S("b OK LIST completed\r\n")), 1);
	test_client_say(&c, S("c LSUB \"\" *\r\n"));
	CHECK_INT(test_client_count(&c, S("* LSUB () ")), MAILBOXES);
	CHECK(c.most < 2 * JOB_SLICE_OCTETS);
	test_client_close(&c);
}

/* What could not be committed is answered NO, and nothing has changed; but a mailbox can
 * be opened. */
TEST(imap_disk_full)
{
	struct test_client c;

	test_client_open(&c);
	c.host.disk_is_full = true;
	test_client_say(&c, S("b APPEND INBOX {1+}\r\nx\r\nc CREATE box\r\n"));
	CHECK_SLICE(buf_slice(&c.replies), S("b NO [UNAVAILABLE] try again later\r\n"
					     "c NO [UNAVAILABLE] try again later\r\n"));
	test_client_say(&c, S("d SELECT INBOX\r\n"));
	CHECK_INT(test_client_count(&c, S("d OK [READ-WRITE] SELECT completed\r\n")), 1);
	c.host.disk_is_full = false;
	test_client_say(&c, S("e STATUS INBOX (MESSAGES)\r\nf SELECT box\r\n"));
	CHECK_SLICE(buf_slice(&c.replies), S("* STATUS INBOX (MESSAGES 0)\r\n"
					     "e OK STATUS completed\r\n"
					     "* OK [CLOSED] previous mailbox closed\r\n"
					     "f NO [NONEXISTENT] no such mailbox\r\n"));
	test_client_close(&c);
}
