#include "store/states.h"

#include <stdarg.h>

#include "store/account_private.h"
#include "store/email_view.h"
#include "store/fixture_test.h"

static void write_ids(struct buf *b, char sign, const int64_t *ids, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		buf_addf(b, b->n ? " %c%lld" : "%c%lld", sign, (long long)ids[i]);
}

/* "+3 *1 -2": created, updated and destroyed; "..." when there are more. */
static slice changes(struct fixture *f, enum state_kind kind, uint64_t *since,
		     uint32_t max)
{
	struct state_changes c;
	struct buf b;
	slice kept;

	buf_init(&b, 1 << 20);
	CHECK_INT(state_changes(f->account, kind, *since, max, &c), ERR_NONE);
	write_ids(&b, '+', c.created, c.created_count);
	write_ids(&b, '*', c.updated, c.updated_count);
	write_ids(&b, '-', c.destroyed, c.destroyed_count);
	if (c.has_more) buf_addf(&b, "...");
	if (c.are_counts) buf_addf(&b, " counts");
	*since = c.state;
	state_changes_done(&c);
	CHECK(arena_copy(&f->arena, buf_slice(&b), &kept));
	buf_done(&b);
	return kept;
}

static uint64_t now(struct fixture *f, enum state_kind kind)
{
	uint64_t state;

	CHECK_INT(state_now(f->account, kind, &state), ERR_NONE);
	return state;
}

static void check_changes(struct fixture *f, enum state_kind kind, uint64_t since,
			  const char *want)
{
	CHECK_SLICE(changes(f, kind, &since, 1000), slice_of(want));
	CHECK(since == now(f, kind));
}

static struct message append(struct fixture *f, int64_t mailbox, const char *text)
{
	struct message m;
	uint32_t uid;

	fixture_begin(f);
	uid = fixture_append(f, mailbox, slice_of(text), 0);
	fixture_commit(f);
	CHECK_INT(message_get(f->account, mailbox, uid, COLUMN_DATES, &f->arena, &m),
		  ERR_NONE);
	return m;
}

static void remove_from(struct fixture *f, int64_t mailbox, uint32_t uid)
{
	struct interval_set one = { 0 }, removed = { 0 };

	interval_set_add(&one, uid);
	fixture_begin(f);
	CHECK_INT(message_remove(f->account, mailbox, &one, &removed), ERR_NONE);
	fixture_commit(f);
	CHECK_INT(interval_set_count(&removed), 1);
	interval_set_done(&one);
	interval_set_done(&removed);
}

static void flag(struct fixture *f, int64_t email, uint64_t flags)
{
	fixture_begin(f);
	CHECK_INT(email_change_flags(f->account, email, FLAGS_SET, flags), ERR_NONE);
	fixture_commit(f);
}

static const char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

static const char *text_of(const char *format, ...)
{
	static char text[100];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return text;
}

TEST(states_of_emails)
{
	struct message one, two;
	struct fixture f;
	uint64_t start, between;
	int64_t other;

	fixture_init(&f);
	other = fixture_mailbox(&f, "Other");
	start = now(&f, STATE_EMAIL);
	one = append(&f, f.inbox, "a: 1\r\n\r\n");
	two = append(&f, f.inbox, "a: 2\r\n\r\n");
	between = now(&f, STATE_EMAIL);
	check_changes(&f, STATE_EMAIL, start,
		      text_of("+%lld +%lld", (long long)one.email, (long long)two.email));
	check_changes(&f, STATE_EMAIL, between, "");
	flag(&f, one.email, FLAG_SEEN);
	check_changes(&f, STATE_EMAIL, between, text_of("*%lld", (long long)one.email));
	fixture_begin(&f);
	CHECK_INT(email_set_mailboxes(f.account, two.email, (int64_t[]){ f.inbox, other },
				      2),
		  ERR_NONE);
	fixture_commit(&f);
	between = now(&f, STATE_EMAIL);
	remove_from(&f, f.inbox, two.uid);
	check_changes(&f, STATE_EMAIL, between, text_of("*%lld", (long long)two.email));
	remove_from(&f, other, 1);
	check_changes(&f, STATE_EMAIL, between, text_of("-%lld", (long long)two.email));
	check_changes(&f, STATE_EMAIL, start, text_of("+%lld", (long long)one.email));
	fixture_reopen(&f);
	check_changes(&f, STATE_EMAIL, between, text_of("-%lld", (long long)two.email));
	fixture_done(&f);
}

static uint64_t arrivals(struct fixture *f)
{
	uint64_t state = UINT64_MAX;

	CHECK_INT(email_arrivals(f->account, &state), ERR_NONE);
	return state;
}

/* RFC 8621 1.5: neither flags nor deletions change it. */
TEST(states_of_arrivals)
{
	struct message one, two;
	struct fixture f;

	fixture_init(&f);
	CHECK_INT(arrivals(&f), 0);
	one = append(&f, f.inbox, "a: 1\r\n\r\n");
	CHECK_INT(arrivals(&f), one.email);
	two = append(&f, f.inbox, "a: 2\r\n\r\n");
	flag(&f, two.email, FLAG_SEEN);
	CHECK_INT(arrivals(&f), two.email);
	remove_from(&f, f.inbox, two.uid);
	CHECK_INT(arrivals(&f), two.email);
	one = append(&f, f.inbox, "a: 3\r\n\r\n");
	CHECK_INT(arrivals(&f), one.email);
	CHECK(one.email > two.email);
	fixture_done(&f);
}

TEST(states_of_threads)
{
	struct message one, two, other;
	struct fixture f;
	uint64_t start, first, second, third;

	fixture_init(&f);
	start = now(&f, STATE_THREAD);
	one = append(&f, f.inbox, "Message-ID: <1@x>\r\n\r\n");
	first = now(&f, STATE_THREAD);
	other = append(&f, f.inbox, "a: b\r\n\r\n");
	second = now(&f, STATE_THREAD);
	two = append(&f, f.inbox, "References: <1@x>\r\n\r\n");
	CHECK_INT(two.thread, one.thread);
	third = now(&f, STATE_THREAD);
	check_changes(
		&f, STATE_THREAD, start,
		text_of("+%lld +%lld", (long long)one.thread, (long long)other.thread));
	check_changes(&f, STATE_THREAD, second, text_of("*%lld", (long long)one.thread));
	flag(&f, two.email, FLAG_SEEN);
	check_changes(&f, STATE_THREAD, third, "");
	CHECK(now(&f, STATE_THREAD) == third);
	CHECK(now(&f, STATE_EMAIL) > third);
	check_changes(&f, STATE_THREAD, now(&f, STATE_EMAIL), "");
	remove_from(&f, f.inbox, one.uid);
	check_changes(
		&f, STATE_THREAD, start,
		text_of("+%lld +%lld", (long long)one.thread, (long long)other.thread));
	check_changes(
		&f, STATE_THREAD, first,
		text_of("+%lld *%lld", (long long)other.thread, (long long)one.thread));
	remove_from(&f, f.inbox, two.uid);
	check_changes(
		&f, STATE_THREAD, first,
		text_of("+%lld -%lld", (long long)other.thread, (long long)one.thread));
	check_changes(&f, STATE_THREAD, start, text_of("+%lld", (long long)other.thread));
	fixture_done(&f);
}

TEST(states_of_mailboxes)
{
	struct message m;
	struct fixture f;
	uint64_t start, made;
	int64_t level, below, before;

	fixture_init(&f);
	start = now(&f, STATE_MAILBOX);
	below = fixture_mailbox(&f, "A/b");
	level = fixture_mailbox(&f, "A");
	made = now(&f, STATE_MAILBOX);
	check_changes(&f, STATE_MAILBOX, start,
		      text_of("+%lld +%lld", (long long)level, (long long)below));
	m = append(&f, below, "a: b\r\n\r\n");
	check_changes(&f, STATE_MAILBOX, made, text_of("*%lld counts", (long long)below));
	made = now(&f, STATE_MAILBOX);
	flag(&f, m.email, FLAG_FLAGGED);
	check_changes(&f, STATE_MAILBOX, made, "");
	flag(&f, m.email, FLAG_SEEN);
	fixture_begin(&f);
	CHECK_INT(subscription_set(f.account, S("A"), true), ERR_NONE);
	fixture_commit(&f);
	check_changes(&f, STATE_MAILBOX, made,
		      text_of("*%lld *%lld", (long long)below, (long long)level));
	made = now(&f, STATE_MAILBOX);
	fixture_begin(&f);
	CHECK_INT(subscription_set(f.account, S("A"), true), ERR_NONE);
	CHECK_INT(subscription_set(f.account, S("Nothing"), true), ERR_NONE);
	CHECK_INT(mailbox_set_sort_order(f.account, level, 7), ERR_NONE);
	CHECK_INT(mailbox_set_use(f.account, below, USE_SENT, &before), ERR_NONE);
	fixture_commit(&f);
	check_changes(&f, STATE_MAILBOX, made,
		      text_of("*%lld *%lld", (long long)level, (long long)below));
	CHECK_INT(fixture_get(&f, level).sort_order, 7);
	made = now(&f, STATE_MAILBOX);
	fixture_begin(&f);
	CHECK_INT(mailbox_delete(f.account, below), ERR_NONE);
	CHECK_INT(mailbox_move(f.account, level, S("C")), ERR_NONE);
	fixture_commit(&f);
	check_changes(&f, STATE_MAILBOX, made,
		      text_of("*%lld -%lld", (long long)level, (long long)below));
	check_changes(&f, STATE_MAILBOX, start, text_of("+%lld", (long long)level));
	CHECK(fixture_get(&f, level).subscribed);
	fixture_done(&f);
}

/* One at a time: each state is one that a client may go on from. */
TEST(states_are_cut_between_modseqs)
{
	struct message one, two;
	struct fixture f;
	uint64_t since;

	fixture_init(&f);
	since = now(&f, STATE_EMAIL);
	one = append(&f, f.inbox, "a: 1\r\n\r\n");
	two = append(&f, f.inbox, "a: 2\r\n\r\n");
	flag(&f, one.email, FLAG_SEEN);
	CHECK_SLICE(changes(&f, STATE_EMAIL, &since, 1),
		    slice_of(text_of("+%lld...", (long long)one.email)));
	CHECK_SLICE(changes(&f, STATE_EMAIL, &since, 1),
		    slice_of(text_of("+%lld...", (long long)two.email)));
	CHECK_SLICE(changes(&f, STATE_EMAIL, &since, 1),
		    slice_of(text_of("*%lld", (long long)one.email)));
	CHECK(since == now(&f, STATE_EMAIL));
	fixture_done(&f);
}

TEST(states_refuse_what_cannot_be_told)
{
	struct interval_set all = fixture_set("1:9"), modified = { 0 };
	struct state_changes c;
	struct fixture f;
	uint64_t since;

	fixture_init(&f);
	append(&f, f.inbox, "a: 1\r\n\r\n");
	append(&f, f.inbox, "a: 2\r\n\r\n");
	since = now(&f, STATE_EMAIL);
	CHECK_INT(state_changes(f.account, STATE_EMAIL, since + 1, 9, &c), ERR_NOT_FOUND);
	state_changes_done(&c);
	fixture_begin(&f);
	CHECK_INT(message_change_flags(f.account, f.inbox, &all, FLAGS_ADD, FLAG_SEEN,
				       UINT64_MAX, &modified, NULL, NULL),
		  ERR_NONE);
	fixture_commit(&f);
	CHECK_INT(state_changes(f.account, STATE_EMAIL, since, 1, &c), ERR_NOT_FOUND);
	CHECK_INT(state_changes(f.account, STATE_EMAIL, since, 2, &c), ERR_NONE);
	CHECK_INT(c.updated_count, 2);
	state_changes_done(&c);
	interval_set_done(&all);
	fixture_done(&f);
}

/* What is undone was never seen. */
TEST(states_of_a_group_that_is_undone)
{
	struct fixture f;
	uint64_t emails, mailboxes;
	int64_t id;

	fixture_init(&f);
	emails = now(&f, STATE_EMAIL);
	mailboxes = now(&f, STATE_MAILBOX);
	fixture_begin(&f);
	fixture_append(&f, f.inbox, S("a: b\r\n\r\n"), 0);
	CHECK_INT(mailbox_create(f.account, S("A"), USE_NONE, &id), ERR_NONE);
	CHECK(now(&f, STATE_EMAIL) > emails);
	CHECK(now(&f, STATE_MAILBOX) > mailboxes);
	account_rollback(f.account);
	CHECK(now(&f, STATE_EMAIL) == emails);
	CHECK(now(&f, STATE_MAILBOX) == mailboxes);
	fixture_done(&f);
}

/* As after a power cut: flags that were not synced are gone, and so is what told of them.
 */
TEST(states_that_were_lost)
{
	struct state_changes c;
	struct fixture f;
	uint64_t kept, skipped;

	fixture_init(&f);
	append(&f, f.inbox, "a: 1\r\n\r\n");
	kept = now(&f, STATE_EMAIL);
	fixture_begin(&f);
	f.account->boot++;
	fixture_commit(&f);
	fixture_reopen(&f);
	skipped = now(&f, STATE_EMAIL);
	CHECK(skipped > kept);
	check_changes(&f, STATE_EMAIL, kept, "");
	check_changes(&f, STATE_EMAIL, skipped, "");
	CHECK_INT(state_changes(f.account, STATE_EMAIL, kept + 1, 9, &c), ERR_NOT_FOUND);
	append(&f, f.inbox, "a: 2\r\n\r\n");
	fixture_reopen(&f);
	CHECK_INT(state_changes(f.account, STATE_EMAIL, skipped - 1, 9, &c),
		  ERR_NOT_FOUND);
	CHECK_INT(state_changes(f.account, STATE_EMAIL, kept, 9, &c), ERR_NONE);
	CHECK_INT(c.created_count, 1);
	state_changes_done(&c);
	fixture_done(&f);
}

/* The log is bounded; what lies before its beginning is refused. */
TEST(states_before_the_log)
{
	const struct gone fill = { .created = 1, .what = GONE_WHOLLY };
	struct state_changes c;
	struct fixture f;
	uint64_t start, middle, floor;

	fixture_init(&f);
	start = now(&f, STATE_EMAIL);
	fixture_begin(&f);
	for (int i = 0; i < STATE_LOG_MAX + 2000; i++) {
		struct gone g = fill;

		CHECK_INT(account_take_modseq(f.account, &g.modseq), ERR_NONE);
		g.id = 1'000'000'000 + i;
		CHECK_INT(gone_put(f.account, GONE_EMAIL, &g), ERR_NONE);
		account_note_emails(f.account, g.modseq);
	}
	fixture_commit(&f);
	CHECK_INT(gone_floor(f.account, GONE_EMAIL, &floor), ERR_NONE);
	CHECK(floor > start);
	CHECK_INT(state_changes(f.account, STATE_EMAIL, start, 9, &c), ERR_NOT_FOUND);
	middle = floor;
	CHECK_INT(state_changes(f.account, STATE_EMAIL, middle, 9, &c), ERR_NONE);
	CHECK_INT(c.destroyed_count, 9);
	CHECK(c.has_more);
	state_changes_done(&c);
	fixture_done(&f);
}

static void mark_deleted(struct fixture *f, enum flag_change change)
{
	struct interval_set uids = fixture_set("1"), modified = { 0 };

	fixture_begin(f);
	CHECK_INT(message_change_flags(f->account, f->inbox, &uids, change, FLAG_DELETED,
				       UINT64_MAX, &modified, NULL, NULL),
		  ERR_NONE);
	fixture_commit(f);
	interval_set_done(&uids);
	interval_set_done(&modified);
}

static void check_shown(struct fixture *f, enum state_kind kind, uint64_t since,
			uint32_t want)
{
	struct state_changes c;

	CHECK_INT(state_changes(f->account, kind, since, 9, &c), ERR_NONE);
	CHECK_INT(c.updated_count, 1);
	CHECK_INT(c.shown_count, want);
	if (want) CHECK_INT(c.shown[0], c.updated[0]);
	state_changes_done(&c);
}

/* What is \Deleted in all its mailboxes was not to be seen; elsewhere it was all along.
 */
TEST(states_of_what_was_hidden)
{
	struct fixture f;
	struct message m;
	int64_t both[2];
	uint64_t since;

	fixture_init(&f);
	m = append(&f, f.inbox, "a: 1\r\n\r\n");
	both[0] = f.inbox;
	since = now(&f, STATE_EMAIL);
	mark_deleted(&f, FLAGS_ADD);
	check_shown(&f, STATE_EMAIL, since, 0);
	since = now(&f, STATE_EMAIL);
	mark_deleted(&f, FLAGS_REMOVE);
	check_shown(&f, STATE_EMAIL, since, 1);
	check_shown(&f, STATE_THREAD, since, 1);
	fixture_begin(&f);
	CHECK_INT(mailbox_create(f.account, S("Other"), USE_NONE, &both[1]), ERR_NONE);
	CHECK_INT(email_set_mailboxes(f.account, m.email, both, 2), ERR_NONE);
	fixture_commit(&f);
	since = now(&f, STATE_EMAIL);
	mark_deleted(&f, FLAGS_ADD);
	mark_deleted(&f, FLAGS_REMOVE);
	check_shown(&f, STATE_EMAIL, since, 0);
	check_shown(&f, STATE_THREAD, since, 0);
	fixture_done(&f);
}
