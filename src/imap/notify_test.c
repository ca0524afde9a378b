/* How much NOTIFY may ask for. */
#include "base/test.h"
#include "imap/client_test.h"
#include "imap/notify.h"

static void notify(struct test_client *c, int accounts)
{
	struct buf text;

	buf_init(&text, IMAP_LINE_MAX);
	buf_add(&text, S("n NOTIFY SET (mailboxes (INBOX"));
	for (int i = 1; i <= accounts; i++)
		buf_addf(&text, " \"Other Users/%d/x\"", i);
	buf_add(&text, S(") (MailboxName))\r\n"));
	CHECK(!text.overflow);
	test_client_say(c, buf_slice(&text));
	buf_done(&text);
}

/* More accounts than are looked at: nothing is told, and the others' are left alone. */
TEST(imap_notify_too_many_accounts)
{
	struct test_client c;

	test_client_open(&c);
	c.host.has_numbered = true;
	notify(&c, NOTIFY_ACCOUNTS_MAX);
	CHECK_INT(test_client_count(&c, S("* OK [NOTIFICATIONOVERFLOW] ")), 1);
	CHECK_INT(test_client_count(&c, S("n OK NOTIFY completed")), 1);
	CHECK_INT(c.host.sessions[0].other_count, 0);
	CHECK(!c.host.sessions[0].is_watching);
	notify(&c, 0);
	CHECK_INT(test_client_count(&c, S("NOTIFICATIONOVERFLOW")), 0);
	CHECK(c.host.sessions[0].is_watching);
	test_client_close(&c);
}
