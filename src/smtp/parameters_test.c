/* What parameters say; the refusals are dialogues. */
#include "base/test.h"
#include "smtp/parameters.h"

enum { NOW = 1'000'000'000 };

static const struct smtp_config config = {
	.offered = SMTP_OFFER_DSN | SMTP_OFFER_REQUIRETLS | SMTP_OFFER_MT_PRIORITY |
		   SMTP_OFFER_FUTURERELEASE,
	.hold_max_s = 3600,
};

TEST(smtp_mail_parameters)
{
	struct smtp_mail mail = { 0 };
	struct arena memory;
	struct smtp_parameters p = { .command = PARAMETERS_OF_MAIL,
				     .config = &config,
				     .mail = &mail,
				     .memory = &memory,
				     .tls = true,
				     .now = NOW };

	arena_init(&memory, 1000);
	CHECK(!smtp_parameters_take(
		&p, S(" SIZE=77 body=8bitmime SMTPUTF8 AUTH=e+3Dmc2@example.com RET=HDRS "
		      "ENVID=QQ+2B1 REQUIRETLS MT-PRIORITY=-4 HOLDFOR=60")));
	CHECK_INT(mail.size, 77);
	CHECK(mail.eight_bit && mail.utf8 && mail.require_tls);
	CHECK_SLICE(mail.auth, S("e=mc2@example.com"));
	CHECK_INT(mail.ret, DSN_RETURN_HEADERS);
	CHECK_SLICE(mail.envelope_id, S("QQ+2B1"));
	CHECK_INT(mail.priority, -4);
	CHECK_INT(mail.release_time, NOW + 61);
	CHECK_SLICE(mail.hold, S("for;60"));

	mail = (struct smtp_mail){ 0 };
	CHECK(!smtp_parameters_take(&p, S(" HOLDUNTIL=2001-09-09T02:00:00Z RET=FULL")));
	CHECK_INT(mail.release_time, 1'000'000'800);
	CHECK_SLICE(mail.hold, S("until;2001-09-09T02:00:00Z"));
	CHECK_INT(mail.ret, DSN_RETURN_FULL);
	arena_done(&memory);
}

TEST(smtp_rcpt_parameters)
{
	struct smtp_mail mail = { .utf8 = true };
	struct smtp_rcpt rcpt = { 0 };
	struct arena memory;
	struct smtp_parameters p = { .command = PARAMETERS_OF_RCPT,
				     .config = &config,
				     .mail = &mail,
				     .rcpt = &rcpt,
				     .memory = &memory };

	arena_init(&memory, 1000);
	CHECK(!smtp_parameters_take(
		&p, S(" NOTIFY=DELAY,success ORCPT=utf-8;j\303\266@example.test")));
	CHECK_INT(rcpt.notify, DSN_DELAY | DSN_SUCCESS);
	CHECK_SLICE(rcpt.orcpt, S("utf-8;j\303\266@example.test"));

	mail.utf8 = false;
	CHECK(smtp_parameters_take(&p, S(" ORCPT=utf-8;j\303\266@example.test")) != NULL);
	arena_done(&memory);
}
