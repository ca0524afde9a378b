#include <string.h>

#include "store/fixture_test.h"

static bool list_name(void *context, const struct mailbox *m)
{
	struct buf *b = context;

	buf_addf(b, b->n ? " %.*s%s" : "%.*s%s", FMT(m->name), m->selectable ? "" : "!");
	return true;
}

static void check_names(struct fixture *f, const char *want)
{
	struct buf b;

	buf_init(&b, 100000);
	CHECK_INT(mailbox_each(f->account, list_name, &b), ERR_NONE);
	CHECK_SLICE(buf_slice(&b), slice_of(want));
	buf_done(&b);
}

TEST(mailbox_names)
{
	static const struct {
		slice name;
		bool good;
	} t[] = {
		{ SLICE_INIT("INBOX"), true },
		{ SLICE_INIT("a/b/c"), true },
		{ SLICE_INIT("Gel\xc3\xb6scht"), true },
		{ SLICE_INIT(".."), true }, /* never a file's name */
		{ SLICE_INIT(""), false },
		{ SLICE_INIT("/a"), false },
		{ SLICE_INIT("a/"), false },
		{ SLICE_INIT("a//b"), false },
		{ SLICE_INIT("a*"), false }, /* RFC 9051 5.1 */
		{ SLICE_INIT("%"), false },
		{ SLICE_INIT("a\nb"), false },
		{ SLICE_INIT("a\0b"), false },
		{ SLICE_INIT("\xc2\x85"), false },
		{ SLICE_INIT("\xe2\x80\xa8"), false },
		{ SLICE_INIT("\xff"), false },
	};
	char deep[2 * MAILBOX_LEVELS_MAX + 1], large[MAILBOX_NAME_MAX + 1];

	for (size_t i = 0; i < countof(t); i++)
		CHECK_INT(is_mailbox_name(t[i].name), t[i].good);
	for (size_t i = 0; i < sizeof(deep); i++)
		deep[i] = i % 2 ? '/' : 'x';
	CHECK(is_mailbox_name((slice){ deep, sizeof(deep) - 2 }));
	CHECK(!is_mailbox_name((slice){ deep, sizeof(deep) }));
	memset(large, 'x', sizeof(large));
	CHECK(is_mailbox_name((slice){ large, MAILBOX_NAME_MAX }));
	CHECK(!is_mailbox_name((slice){ large, MAILBOX_NAME_MAX + 1 }));
}

TEST(mailbox_create_makes_levels_above)
{
	struct fixture f;
	struct mailbox m;
	int64_t id;

	fixture_init(&f);
	fixture_begin(&f);
	CHECK_INT(mailbox_create(f.account, S("inbox/x/y"), USE_NONE, &id), ERR_NONE);
	CHECK_INT(mailbox_create(f.account, S("inBOX"), USE_NONE, &id), ERR_EXISTS);
	CHECK_INT(mailbox_create(f.account, S("a//b"), USE_NONE, &id), ERR_MALFORMED);
	CHECK_INT(mailbox_create(f.account, S("Sent"), USE_SENT, &id), ERR_NONE);
	CHECK_INT(mailbox_create(f.account, S("Sent2"), USE_SENT, &id), ERR_DENIED);
	fixture_commit(&f);
	check_names(&f, "INBOX INBOX/x INBOX/x/y Sent");
	CHECK_INT(mailbox_find(f.account, S("Sent"), &f.arena, &m), ERR_NONE);
	CHECK_INT(m.use, USE_SENT);
	CHECK_INT(mailbox_find(f.account, S("sent"), &f.arena, &m), ERR_NOT_FOUND);
	fixture_done(&f);
}

static void check_use(struct fixture *f, slice name, enum special_use use)
{
	struct mailbox m;

	CHECK_INT(mailbox_find(f->account, name, &f->arena, &m), ERR_NONE);
	CHECK_INT(m.use, use);
}

TEST(mailbox_set_use_takes_it_from_another)
{
	struct fixture f;
	int64_t sent, other, before;

	fixture_init(&f);
	fixture_begin(&f);
	CHECK_INT(mailbox_create(f.account, S("Sent"), USE_SENT, &sent), ERR_NONE);
	CHECK_INT(mailbox_create(f.account, S("Other"), USE_JUNK, &other), ERR_NONE);
	CHECK_INT(mailbox_set_use(f.account, other, USE_SENT, &before), ERR_NONE);
	CHECK_INT(before, sent);
	check_use(&f, S("Sent"), USE_NONE);
	check_use(&f, S("Other"), USE_SENT);
	CHECK_INT(mailbox_set_use(f.account, other, USE_SENT, &before), ERR_NONE);
	CHECK_INT(before, 0);
	check_use(&f, S("Other"), USE_SENT);
	CHECK_INT(mailbox_set_use(f.account, other, USE_NONE, &before), ERR_NONE);
	CHECK_INT(before, 0);
	check_use(&f, S("Other"), USE_NONE);
	fixture_commit(&f);
	fixture_done(&f);
}

TEST(mailbox_delete_keeps_the_name_above_others)
{
	struct fixture f;
	struct mailbox m;
	int64_t id, below;
	uint32_t validity;

	fixture_init(&f);
	below = fixture_mailbox(&f, "a/b");
	id = fixture_mailbox(&f, "a");
	validity = fixture_get(&f, id).uid_validity;
	fixture_begin(&f);
	fixture_append(&f, id, S("x\r\n\r\n1\r\n"), 0);
	CHECK_INT(mailbox_delete(f.account, f.inbox), ERR_DENIED);
	CHECK_INT(mailbox_delete(f.account, id), ERR_NONE);
	CHECK_INT(mailbox_delete(f.account, id), ERR_DENIED);
	fixture_commit(&f);
	check_names(&f, "INBOX a! a/b");
	CHECK_INT(fixture_get(&f, id).exists, 0);
	fixture_begin(&f);
	CHECK_INT(mailbox_create(f.account, S("a"), USE_NONE, &id), ERR_NONE);
	CHECK_INT(mailbox_delete(f.account, below), ERR_NONE);
	CHECK_INT(mailbox_delete(f.account, below), ERR_NOT_FOUND);
	fixture_commit(&f);
	check_names(&f, "INBOX a");
	CHECK_INT(mailbox_get(f.account, id, &f.arena, &m), ERR_NONE);
	CHECK_INT(m.uid_validity, validity);
	CHECK_INT(m.uid_next, 2);
	fixture_done(&f);
}

TEST(mailbox_rename_takes_all_below)
{
	struct fixture f;
	int64_t id;

	fixture_init(&f);
	fixture_mailbox(&f, "a/b/c");
	fixture_mailbox(&f, "a-"); /* sorts between "a" and "a/": not below */
	id = fixture_mailbox(&f, "a");
	fixture_begin(&f);
	CHECK_INT(mailbox_rename(f.account, id, S("a/b")), ERR_MALFORMED);
	CHECK_INT(mailbox_rename(f.account, id, S("a-")), ERR_EXISTS);
	CHECK_INT(mailbox_rename(f.account, id, S("z/y")), ERR_NONE);
	fixture_commit(&f);
	check_names(&f, "INBOX a- z z/y z/y/b z/y/b/c");
	fixture_done(&f);
}

TEST(mailbox_rename_checks_the_names_below)
{
	char large[MAILBOX_NAME_MAX];
	struct fixture f;
	int64_t id;

	fixture_init(&f);
	fixture_mailbox(&f, "a/bb");
	id = fixture_mailbox(&f, "a");
	memset(large, 'x', sizeof(large));
	fixture_begin(&f);
	CHECK_INT(mailbox_rename(f.account, id, (slice){ large, sizeof(large) }),
		  ERR_LIMIT);
	account_rollback(f.account);
	check_names(&f, "INBOX a a/bb");
	fixture_done(&f);
}

/* RFC 9051 6.3.6 */
TEST(mailbox_rename_of_inbox_moves_its_messages)
{
	struct fixture f;
	struct mailbox m;

	fixture_init(&f);
	fixture_mailbox(&f, "INBOX/below");
	fixture_begin(&f);
	fixture_append(&f, f.inbox, S("x\r\n\r\n1\r\n"), FLAG_SEEN);
	fixture_append(&f, f.inbox, S("x\r\n\r\n2\r\n"), 0);
	CHECK_INT(mailbox_rename(f.account, f.inbox, S("old/mail")), ERR_NONE);
	fixture_commit(&f);
	check_names(&f, "INBOX INBOX/below old old/mail");
	CHECK_INT(mailbox_find(f.account, S("old/mail"), &f.arena, &m), ERR_NONE);
	CHECK_SLICE(fixture_list(&f, m.id), S("1=1 2"));
	CHECK_SLICE(fixture_list(&f, f.inbox), S(""));
	CHECK_INT(fixture_get(&f, f.inbox).uid_next, 3);
	fixture_done(&f);
}

static bool list_subscription(void *context, slice name)
{
	struct buf *b = context;

	buf_addf(b, b->n ? " %.*s" : "%.*s", FMT(name));
	return true;
}

static void check_subscriptions(struct fixture *f, const char *want)
{
	struct buf b;

	buf_init(&b, 1000);
	CHECK_INT(subscription_each(f->account, list_subscription, &b), ERR_NONE);
	CHECK_SLICE(buf_slice(&b), slice_of(want));
	buf_done(&b);
}

/* What was left of a mailbox that had the new name is not in the way. */
TEST(mailbox_move_takes_subscriptions_along)
{
	static const slice names[] = { SLICE_INIT("a"), SLICE_INIT("a/b"),
				       SLICE_INIT("z/c"), SLICE_INIT("z/b") };
	struct fixture f;
	int64_t id;

	fixture_init(&f);
	fixture_mailbox(&f, "a/b");
	fixture_mailbox(&f, "a/c");
	id = fixture_mailbox(&f, "a");
	fixture_begin(&f);
	for (size_t i = 0; i < countof(names); i++)
		CHECK_INT(subscription_set(f.account, names[i], true), ERR_NONE);
	CHECK_INT(mailbox_move(f.account, id, S("z")), ERR_NONE);
	fixture_commit(&f);
	check_names(&f, "INBOX z z/b z/c");
	check_subscriptions(&f, "z z/b");
	fixture_begin(&f);
	CHECK_INT(mailbox_rename(f.account, id, S("y")), ERR_NONE);
	fixture_commit(&f);
	check_subscriptions(&f, "z z/b");
	fixture_done(&f);
}

/* RFC 9051 6.3.7: a name may be subscribed to that is no mailbox. */
TEST(subscriptions_are_names)
{
	struct fixture f;

	fixture_init(&f);
	fixture_begin(&f);
	CHECK_INT(subscription_set(f.account, S("inbox"), true), ERR_NONE);
	CHECK_INT(subscription_set(f.account, S("inbox"), true), ERR_NONE);
	CHECK_INT(subscription_set(f.account, S("not there"), true), ERR_NONE);
	CHECK_INT(subscription_set(f.account, S("gone"), true), ERR_NONE);
	CHECK_INT(subscription_set(f.account, S("gone"), false), ERR_NONE);
	CHECK_INT(subscription_set(f.account, S("*"), true), ERR_MALFORMED);
	fixture_commit(&f);
	check_subscriptions(&f, "INBOX not there");
	CHECK(fixture_get(&f, f.inbox).subscribed);
	fixture_done(&f);
}

TEST(recent_is_claimed_once)
{
	struct fixture f;
	uint32_t first;

	fixture_init(&f);
	fixture_begin(&f);
	fixture_append(&f, f.inbox, S("x\r\n\r\n1\r\n"), 0);
	CHECK_INT(mailbox_claim_recent(f.account, f.inbox, &first), ERR_NONE);
	CHECK_INT(first, 1);
	CHECK_INT(mailbox_claim_recent(f.account, f.inbox, &first), ERR_NONE);
	CHECK_INT(first, 2);
	CHECK_INT(mailbox_claim_recent(f.account, 99, &first), ERR_NOT_FOUND);
	fixture_commit(&f);
	fixture_done(&f);
}
