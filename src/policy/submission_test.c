#include "policy/submission.h"

#include "base/test.h"
#include "store/directory.h"

struct fixture {
	struct store *store;
	struct config *config;
	struct submission s;
};

static void fixture_init(struct fixture *f)
{
	const struct store_options options = { .durable = false };
	const struct stored_credential own = { .hash = S("x") };
	const slice both[] = { S("jo@a.test"), S("ann@a.test") };
	struct buf faults;
	int64_t ann;

	buf_init(&faults, 1000);
	f->config = config_parse(S("hostname = mx.a.test\ndata = /d\n[domain a.test]\n"
				   "[domain b.test]\ncatch-all = jo@a.test\n"),
				 "test", &faults);
	CHECK(f->config);
	CHECK_INT(store_open(&options, &f->store), ERR_NONE);
	f->s = (struct submission){
		.config = f->config, .store = f->store, .id = S("id"), .now = 1767607200
	};
	submission_init(&f->s);
	CHECK_INT(directory_add_account(f->store, S("jo@a.test"), &own, &f->s.account),
		  0);
	CHECK_INT(directory_add_account(f->store, S("ann@a.test"), &own, &ann), 0);
	CHECK_INT(directory_set_alias(f->store, S("both@a.test"), both, 2), 0);
	buf_done(&faults);
}

static void fixture_done(struct fixture *f)
{
	submission_done(&f->s);
	config_free(f->config);
	store_close(f->store);
}

TEST(submission_knows_whose_an_address_is)
{
	static const struct {
		slice local, domain;
		bool ok;
	} t[] = {
		{ SLICE_INIT(""), SLICE_INIT(""), true },
		{ SLICE_INIT("JO"), SLICE_INIT("A.test"), true },
		{ SLICE_INIT("jo+x"), SLICE_INIT("a.test"), true },
		{ SLICE_INIT("both"), SLICE_INIT("a.test"), true },
		{ SLICE_INIT("any"), SLICE_INIT("b.test"), true },
		{ SLICE_INIT("ann"), SLICE_INIT("a.test"), false },
		{ SLICE_INIT("nobody"), SLICE_INIT("a.test"), false },
		{ SLICE_INIT("jo"), SLICE_INIT("c.test"), false },
	};
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < countof(t); i++)
		CHECK_INT(submission_may_send_as(&f.s, t[i].local, t[i].domain), t[i].ok);
	fixture_done(&f);
}

#define DATE "Date: Mon, 5 Jan 2026 10:00:00 +0000\r\n"
#define ID "Message-ID: <id@mx.a.test>\r\n"
#define FROM "From: jo@a.test\r\n"

/* before, and after; NULL: an author who is another. */
static const struct {
	const char *before, *after;
} messages[] = {
	{ FROM "\r\nx\r\n", DATE ID FROM "\r\nx\r\n" },
	{ FROM "date: x\r\n\r\n", ID FROM "date: x\r\n\r\n" },
	{ FROM "MESSAGE-ID : x\r\nDate:y\r\n\r\nx\r\n",
	  FROM "MESSAGE-ID : x\r\nDate:y\r\n\r\nx\r\n" },
	{ "Bcc: a@b\r\n" FROM "bcc:\r\n c\r\n\td\r\n\r\nBcc: x\r\n",
	  DATE ID FROM "\r\nBcc: x\r\n" },
	{ FROM
	  "Authentication-Results: mx.a.test;\r\n dkim=pass header.d=bank.test\r\n\r\n",
	  DATE ID FROM "\r\n" },
	{ "authentication-results: MX.A.test; none\r\n" FROM
	  "Authentication-Results: other.test; none\r\n\r\n",
	  DATE ID FROM "Authentication-Results: other.test; none\r\n\r\n" },
	{ "\r\nx\r\n", DATE ID "\r\nx\r\n" },
	{ "x y\r\nBcc: x\r\n", DATE ID "\r\nx y\r\nBcc: x\r\n" },
	{ "", DATE ID },
	{ "From: ann@a.test\r\n\r\n", NULL },
	{ FROM "Sender: ann@a.test\r\n\r\n", NULL },
	{ "From: jo@a.test, ann@a.test\r\n\r\n", NULL },
	{ FROM FROM "From : x@c.test\r\n\r\n", NULL },
	{ "From:\r\n\r\n", NULL },
};

static void check_message(struct fixture *f, const char *before, const char *after)
{
	struct incoming *m = incoming_new(f->store);
	char got[1000];
	size_t n;

	CHECK_INT(incoming_add(m, slice_of(before)), ERR_NONE);
	buf_reset(&f->s.foreign);
	CHECK_INT(submission_complete(&f->s, &m), after ? ERR_NONE : ERR_DENIED);
	CHECK_INT(f->s.foreign.n > 0, !after);
	if (after) {
		CHECK_INT(incoming_finish(m), ERR_NONE);
		n = (size_t)incoming_size(m);
		CHECK(n < sizeof(got) && incoming_read(m, 0, got, n));
		CHECK_SLICE(((slice){ got, n }), slice_of(after));
	}
	incoming_free(m);
}

TEST(submission_completes_and_checks)
{
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < countof(messages); i++)
		check_message(&f, messages[i].before, messages[i].after);
	fixture_done(&f);
}
