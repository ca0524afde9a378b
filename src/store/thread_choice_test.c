#include "store/account_private.h"
#include "store/email_view.h"
#include "store/fixture_test.h"

static struct message append(struct fixture *f, const char *text)
{
	struct message m;
	uint32_t uid;

	fixture_begin(f);
	uid = fixture_append(f, f->inbox, slice_of(text), 0);
	fixture_commit(f);
	CHECK_INT(message_get(f->account, f->inbox, uid, COLUMN_DATES, &f->arena, &m),
		  ERR_NONE);
	return m;
}

static void destroy(struct fixture *f, int64_t email)
{
	fixture_begin(f);
	CHECK_INT(email_destroy(f->account, email), ERR_NONE);
	fixture_commit(f);
}

static int64_t count_waiting(struct fixture *f)
{
	int64_t count;

	CHECK_INT(query_run_int(db_query(f->account->db, "SELECT COUNT(*) FROM awaited"),
				&count),
		  ERR_NONE);
	return count;
}

/* The newest comes first, as some programs bring a mailbox from elsewhere. */
TEST(threads_whatever_the_order)
{
	struct fixture f;
	int64_t thread;

	fixture_init(&f);
	thread =
		append(&f, "Message-ID: <3@x>\r\nReferences: <1@x> <2@x>\r\n\r\n").thread;
	CHECK_INT(count_waiting(&f), 2);
	CHECK_INT(append(&f, "Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n\r\n").thread,
		  thread);
	CHECK_INT(append(&f, "Message-ID: <1@x>\r\n\r\n").thread, thread);
	CHECK(append(&f, "Message-ID: <4@x>\r\n\r\n").thread != thread);
	CHECK_INT(append(&f, "Message-ID: <5@x>\r\nReferences: <2@x>\r\n\r\n").thread,
		  thread);
	fixture_done(&f);
}

TEST(threads_of_replies_to_what_never_came)
{
	struct message first, second;
	struct fixture f;

	fixture_init(&f);
	first = append(&f, "References: <1@x> <1@x>\r\n\r\n");
	second = append(&f, "In-Reply-To: <1@x>\r\n\r\n");
	CHECK_INT(second.thread, first.thread);
	CHECK_INT(count_waiting(&f), 2);
	destroy(&f, first.email);
	CHECK_INT(count_waiting(&f), 1);
	CHECK_INT(append(&f, "Message-ID: <1@x>\r\n\r\n").thread, first.thread);
	destroy(&f, second.email);
	CHECK_INT(count_waiting(&f), 0);
	fixture_done(&f);
}

/* A thread never changes: what was made apart stays so. */
TEST(threads_stay_apart)
{
	struct fixture f;
	int64_t one, other;

	fixture_init(&f);
	one = append(&f, "Message-ID: <1@x>\r\n\r\n").thread;
	other = append(&f, "Message-ID: <3@x>\r\nReferences: <2@x>\r\n\r\n").thread;
	CHECK(one != other);
	CHECK_INT(append(&f, "Message-ID: <2@x>\r\nReferences: <1@x>\r\n\r\n").thread,
		  one);
	fixture_done(&f);
}

TEST(threads_with_many_references)
{
	struct buf text;
	struct fixture f;

	fixture_init(&f);
	buf_init(&text, 1 << 16);
	buf_addf(&text, "References:");
	for (int i = 0; i < 500; i++)
		buf_addf(&text, " <%d@x>\r\n", i);
	buf_addf(&text, "\r\n");
	buf_add_char(&text, '\0');
	append(&f, text.p);
	CHECK_INT(count_waiting(&f), 32);
	buf_done(&text);
	fixture_done(&f);
}
