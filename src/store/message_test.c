#include <stdlib.h>
#include <string.h>

#include "store/fixture_test.h"

static const slice hello = SLICE_INIT("From: One <one@example.org>\r\n"
				      "Message-ID: <m1@example.org>\r\n"
				      "Subject: hello\r\n"
				      "\r\n"
				      "Dear reader\r\n");

TEST(append_is_there_after_reopen)
{
	struct fixture f;
	struct message m;
	struct mailbox b;

	fixture_init(&f);
	fixture_begin(&f);
	CHECK_INT(fixture_append(&f, f.inbox, hello, FLAG_FLAGGED), 1);
	CHECK_INT(fixture_append(&f, f.inbox, hello, FLAG_SEEN), 2);
	fixture_commit(&f);
	fixture_reopen(&f);
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1=4 2=1"));
	CHECK_INT(message_get(f.account, f.inbox, 1, ~0U, &f.arena, &m), ERR_NONE);
	CHECK_SLICE(m.subject, S("hello"));
	CHECK_SLICE(m.message_id, S("m1@example.org"));
	CHECK_INT(m.received, 1000);
	CHECK_INT(m.size, hello.n + 19);
	b = fixture_get(&f, f.inbox);
	CHECK_INT(b.exists, 2);
	CHECK_INT(b.unseen, 1);
	CHECK_INT(b.uid_next, 3);
	CHECK_INT(b.size, 2 * (hello.n + 19));
	fixture_done(&f);
}

TEST(a_body_is_prefix_and_octets)
{
	struct fixture f;
	struct message m;
	struct body *b;
	struct buf out;

	fixture_init(&f);
	fixture_begin(&f);
	fixture_append(&f, f.inbox, hello, 0);
	fixture_commit(&f);
	CHECK_INT(message_get(f.account, f.inbox, 1, 0, &f.arena, &m), ERR_NONE);
	CHECK_INT(body_open(f.account, m.email, &b), ERR_NONE);
	buf_init(&out, 1000);
	CHECK(body_append(b, 10, 25, &out));
	CHECK_SLICE(buf_slice(&out), S("by test\r\nFrom: One <one@e"));
	CHECK(slice_starts(body_view(b), S("Received: by test\r\nFrom: One")));
	CHECK_INT(body_view(b).n, body_size(b));
	body_close(b);
	buf_done(&out);
	CHECK_INT(body_open(f.account, 999, &b), ERR_NOT_FOUND);
	fixture_done(&f);
}
