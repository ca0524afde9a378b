#include "imap/view.h"

#include "base/test.h"
#include "imap/session.h"

TEST(view_numbers)
{
	struct interval_set arrived = { 0 }, recent = { 0 };
	struct view *v = view_new();
	struct buf out;

	buf_init(&out, 10000);
	interval_set_add_range(&arrived, 1, 11);
	v->knows_recent = true;
	view_tell_arrived(v, &arrived, &recent, &out);
	CHECK_SLICE(buf_slice(&out), S("* 11 EXISTS\r\n* 0 RECENT\r\n"));
	buf_reset(&out);

	/* RFC 9051 6.4.3: messages 3, 4, 7 and 11 go. */
	interval_set_add_range(&v->gone, 3, 4);
	interval_set_add(&v->gone, 7);
	interval_set_add(&v->gone, 11);
	CHECK(view_tell_gone(v, false, &out, 1000));
	CHECK_SLICE(buf_slice(&out), S("* 3 EXPUNGE\r\n* 3 EXPUNGE\r\n* 5 EXPUNGE\r\n"
				       "* 8 EXPUNGE\r\n"));
	CHECK_INT(view_number(v, 5), 3);
	CHECK_INT(view_number(v, 7), 0);
	view_free(v);
	interval_set_done(&arrived);
	buf_done(&out);
}

/* A full output stops the telling, which goes on later. */
TEST(view_tells_in_pieces)
{
	struct view *v = view_new();
	struct buf out;
	int pieces = 1;

	buf_init(&out, 10000);
	interval_set_add_range(&v->uids, 1, 1000);
	interval_set_add_range(&v->gone, 1, 1000);
	for (; !view_tell_gone(v, false, &out, 100); pieces++)
		buf_reset(&out);
	CHECK_INT(pieces, 125); /* of 8 responses, 13 octets each */
	CHECK_INT(interval_set_count(&v->uids), 0);
	view_free(v);
	buf_done(&out);
}

/* What an idle session keeps: the design asks for 2 KiB at the most. */
TEST(imap_idle_size)
{
	CHECK(sizeof(struct imap) + sizeof(struct view) + sizeof(struct task) < 2048);
}
