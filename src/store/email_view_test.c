#include "store/email_view.h"

#include "store/account_private.h"
#include "store/fixture_test.h"
#include "store/quota.h"
#include "store/states.h"

static const slice first_text = SLICE_INIT("Message-ID: <1@x>\r\nSubject: one\r\n"
					   "Bcc: b@x\r\nSender: s@x\r\n\r\nbody\r\n");
static const slice reply_text =
	SLICE_INIT("Message-ID: <2@x>\r\nReferences: <1@x>\r\n\r\nbody\r\n");

/* A mailbox's message with that UID is of ... */
static int64_t email_at(struct fixture *f, int64_t mailbox, uint32_t uid)
{
	struct message m;

	CHECK_INT(message_get(f->account, mailbox, uid, 0, &f->arena, &m), ERR_NONE);
	return m.email;
}

static int64_t append(struct fixture *f, int64_t mailbox, slice text, uint64_t flags)
{
	uint32_t uid;

	fixture_begin(f);
	uid = fixture_append(f, mailbox, text, flags);
	fixture_commit(f);
	return email_at(f, mailbox, uid);
}

static struct email_view view(struct fixture *f, int64_t email)
{
	struct email_view v;

	CHECK_INT(email_view_get(f->account, email, COLUMN_HEADERS, &f->arena, &v),
		  ERR_NONE);
	return v;
}

static enum err set_mailboxes(struct fixture *f, int64_t email, const int64_t *mailboxes,
			      uint32_t count)
{
	enum err e;

	fixture_begin(f);
	CHECK_INT(account_savepoint(f->account), ERR_NONE);
	e = email_set_mailboxes(f->account, email, mailboxes, count);
	CHECK_INT(account_release(f->account), ERR_NONE);
	fixture_commit(f);
	return e;
}

TEST(email_view_is_of_all_mailboxes)
{
	struct email_view v;
	struct fixture f;
	int64_t other, email;
	uint32_t uid;

	fixture_init(&f);
	other = fixture_mailbox(&f, "Other");
	email = append(&f, f.inbox, first_text, FLAG_SEEN | FLAG_DELETED);
	fixture_begin(&f);
	CHECK_INT(message_link(f.account, email, other, FLAG_FLAGGED, &uid), ERR_NONE);
	fixture_commit(&f);
	v = view(&f, email);
	CHECK_INT(v.id, email);
	CHECK_INT(v.received, 1000);
	CHECK(v.flags == (FLAG_SEEN | FLAG_FLAGGED));
	CHECK_INT(v.place_count, 2);
	CHECK_INT(v.places[0].mailbox, f.inbox);
	CHECK_INT(v.places[1].mailbox, other);
	CHECK_SLICE(v.subject, S("one"));
	CHECK_SLICE(v.bcc, S("b@x"));
	CHECK_SLICE(v.sender, S("s@x"));
	CHECK_SLICE(v.message_id, S("1@x"));
	CHECK_SLICE(v.preview, S("body"));
	CHECK_INT(email_view_get(f.account, email, 0, &f.arena, &v), ERR_NONE);
	CHECK_INT(v.subject.n, 0);
	CHECK_INT(email_view_get(f.account, email + 1, 0, &f.arena, &v), ERR_NOT_FOUND);
	fixture_done(&f);
}

static bool list_view(void *context, const struct email_view *e)
{
	struct buf *b = context;

	buf_addf(b, "%lld:%u ", (long long)e->id, e->place_count);
	return true;
}

static bool list_id(void *context, int64_t email)
{
	struct buf *b = context;

	buf_addf(b, "%lld ", (long long)email);
	return true;
}

TEST(emails_come_in_the_order_of_their_ids)
{
	char want[64];
	struct fixture f;
	int64_t other, one, two;
	struct buf b;

	fixture_init(&f);
	buf_init(&b, 10000);
	other = fixture_mailbox(&f, "Other");
	one = append(&f, other, first_text, 0);
	two = append(&f, f.inbox, reply_text, 0);
	CHECK_INT(set_mailboxes(&f, two, (int64_t[]){ f.inbox, other }, 2), ERR_NONE);
	CHECK_INT(email_view_each(f.account, 0, 0, list_view, &b), ERR_NONE);
	snprintf(want, sizeof(want), "%lld:1 %lld:2 ", (long long)one, (long long)two);
	CHECK_SLICE(buf_slice(&b), slice_of(want));
	buf_reset(&b);
	CHECK_INT(email_view_each(f.account, one + 1, COLUMN_PREVIEW, list_view, &b),
		  ERR_NONE);
	CHECK_INT(email_view_each_in(f.account, f.inbox, 0, 0, list_view, &b), ERR_NONE);
	snprintf(want, sizeof(want), "%lld:2 %lld:2 ", (long long)two, (long long)two);
	CHECK_SLICE(buf_slice(&b), slice_of(want));
	buf_done(&b);
	fixture_done(&f);
}

TEST(threads_are_listed_and_counted)
{
	struct thread_counts counts;
	char want[64];
	struct fixture f;
	int64_t one, two, thread;
	struct buf b;

	fixture_init(&f);
	buf_init(&b, 10000);
	one = append(&f, f.inbox, first_text, FLAG_SEEN);
	two = append(&f, f.inbox, reply_text, 0);
	append(&f, f.inbox, S("a: b\r\n\r\n"), FLAG_DRAFT);
	thread = view(&f, one).thread;
	CHECK_INT(view(&f, two).thread, thread);
	CHECK_INT(email_each_of_thread(f.account, thread, list_id, &b), ERR_NONE);
	snprintf(want, sizeof(want), "%lld %lld ", (long long)one, (long long)two);
	CHECK_SLICE(buf_slice(&b), slice_of(want));
	CHECK_INT(email_count_threads(f.account, f.inbox, &counts), ERR_NONE);
	CHECK_INT(counts.total, 2);
	CHECK_INT(counts.unread, 1);
	CHECK_INT(counts.emails, 3);
	CHECK_INT(counts.unread_emails, 1);
	fixture_begin(&f);
	CHECK_INT(email_destroy(f.account, one), ERR_NONE);
	CHECK_INT(email_destroy(f.account, one), ERR_NOT_FOUND);
	fixture_commit(&f);
	buf_reset(&b);
	CHECK_INT(email_each_of_thread(f.account, thread, list_id, &b), ERR_NONE);
	snprintf(want, sizeof(want), "%lld ", (long long)two);
	CHECK_SLICE(buf_slice(&b), slice_of(want));
	fixture_begin(&f);
	CHECK_INT(email_destroy(f.account, two), ERR_NONE);
	fixture_commit(&f);
	CHECK_INT(email_each_of_thread(f.account, thread, list_id, &b), ERR_NOT_FOUND);
	buf_done(&b);
	fixture_done(&f);
}

/* RFC 8621 4.1.1: who marks a message as deleted hides it, and who takes that back shows
 * it again; each time counts and threads are others than before. */
TEST(what_is_deleted_counts_for_nothing)
{
	struct interval_set both = { 0 }, modified = { 0 };
	uint64_t threads, again, mailboxes;
	struct thread_counts counts;
	struct fixture f;

	fixture_init(&f);
	append(&f, f.inbox, first_text, 0);
	append(&f, f.inbox, reply_text, 0);
	CHECK_INT(email_count_threads(f.account, f.inbox, &counts), ERR_NONE);
	CHECK_INT(counts.emails, 2);
	CHECK_INT(state_now(f.account, STATE_THREAD, &threads), ERR_NONE);
	interval_set_add_range(&both, 1, 2);
	for (enum flag_change change = FLAGS_ADD; change <= FLAGS_REMOVE; change++) {
		bool is_added = change == FLAGS_ADD;

		fixture_begin(&f);
		CHECK_INT(message_change_flags(f.account, f.inbox, &both, change,
					       FLAG_DELETED, UINT64_MAX, &modified, NULL,
					       NULL),
			  ERR_NONE);
		fixture_commit(&f);
		CHECK_INT(email_count_threads(f.account, f.inbox, &counts), ERR_NONE);
		CHECK_INT(counts.emails, is_added ? 0 : 2);
		CHECK_INT(counts.total, is_added ? 0 : 1);
		CHECK_INT(state_now(f.account, STATE_THREAD, &again), ERR_NONE);
		CHECK_INT(state_now(f.account, STATE_MAILBOX, &mailboxes), ERR_NONE);
		CHECK(again > threads && again == mailboxes);
		threads = again;
	}
	interval_set_done(&both);
	interval_set_done(&modified);
	fixture_done(&f);
}

TEST(email_set_mailboxes_keeps_what_stays)
{
	struct fixture f;
	int64_t a, b, email;

	fixture_init(&f);
	a = fixture_mailbox(&f, "A");
	b = fixture_mailbox(&f, "B");
	append(&f, f.inbox, S("a: b\r\n\r\n"), 0);
	email = append(&f, f.inbox, first_text, FLAG_SEEN | FLAG_DELETED);
	CHECK_INT(set_mailboxes(&f, email, (int64_t[]){ a, f.inbox, a }, 3), ERR_NONE);
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1 2=9"));
	CHECK_SLICE(fixture_list(&f, a), S("1=1"));
	CHECK_INT(set_mailboxes(&f, email, (int64_t[]){ a, b }, 2), ERR_NONE);
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1"));
	CHECK_SLICE(fixture_list(&f, a), S("1=1"));
	CHECK_SLICE(fixture_list(&f, b), S("1=1"));
	CHECK_INT(set_mailboxes(&f, email, (int64_t[]){ f.inbox }, 1), ERR_NONE);
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1 3=1"));
	CHECK_SLICE(fixture_list(&f, a), S(""));
	fixture_done(&f);
}

TEST(email_set_mailboxes_refuses_as_a_whole)
{
	struct quota limits = { QUOTA_NONE, 1 };
	struct fixture f;
	int64_t level, email;

	fixture_init(&f);
	level = fixture_mailbox(&f, "A");
	fixture_mailbox(&f, "A/b");
	fixture_begin(&f);
	CHECK_INT(mailbox_delete(f.account, level), ERR_NONE);
	fixture_commit(&f);
	email = append(&f, f.inbox, first_text, 0);
	CHECK_INT(set_mailboxes(&f, email, (int64_t[]){ level }, 1), ERR_DENIED);
	CHECK_INT(
		set_mailboxes(&f, email, (int64_t[]){ fixture_mailbox(&f, "C"), 999 }, 2),
		ERR_NOT_FOUND);
	CHECK_INT(set_mailboxes(&f, 999, (int64_t[]){ f.inbox }, 1), ERR_NOT_FOUND);
	quota_set_site(f.store, &limits);
	CHECK_INT(set_mailboxes(&f, email,
				(int64_t[]){ f.inbox, fixture_mailbox(&f, "C") }, 2),
		  ERR_LIMIT);
	CHECK_SLICE(fixture_list(&f, fixture_mailbox(&f, "C")), S(""));
	CHECK_INT(set_mailboxes(&f, email, (int64_t[]){ fixture_mailbox(&f, "C") }, 1),
		  ERR_NONE);
	CHECK_SLICE(fixture_list(&f, f.inbox), S(""));
	fixture_done(&f);
}

TEST(email_flags_are_changed_in_all_mailboxes)
{
	struct fixture f;
	int64_t other, email;
	uint64_t before;

	fixture_init(&f);
	other = fixture_mailbox(&f, "Other");
	email = append(&f, f.inbox, first_text, FLAG_SEEN | FLAG_DELETED);
	CHECK_INT(set_mailboxes(&f, email, (int64_t[]){ other, f.inbox }, 2), ERR_NONE);
	fixture_begin(&f);
	CHECK_INT(email_change_flags(f.account, email, FLAGS_ADD, FLAG_FLAGGED),
		  ERR_NONE);
	CHECK_INT(email_change_flags(f.account, email, FLAGS_REMOVE, FLAG_SEEN),
		  ERR_NONE);
	fixture_commit(&f);
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1=c"));
	CHECK_SLICE(fixture_list(&f, other), S("1=4"));
	fixture_begin(&f);
	CHECK_INT(email_change_flags(f.account, email, FLAGS_SET, FLAG_SEEN), ERR_NONE);
	CHECK_INT(state_now(f.account, STATE_EMAIL, &before), ERR_NONE);
	CHECK_INT(email_change_flags(f.account, email, FLAGS_SET, FLAG_SEEN), ERR_NONE);
	CHECK_INT(email_change_flags(f.account, 999, FLAGS_SET, 0), ERR_NOT_FOUND);
	fixture_commit(&f);
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1=9"));
	CHECK_SLICE(fixture_list(&f, other), S("1=1"));
	CHECK_INT(f.account->states.emails, before);
	fixture_done(&f);
}
