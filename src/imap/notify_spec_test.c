#include "imap/notify_spec.h"

#include "base/test.h"

static bool take(const char *text, struct arena *arena, struct notify_spec *ret)
{
	const struct names names = { 0 };
	slice in = slice_of(text);

	arena_init(arena, 1 << 20);
	return take_notify(&in, &names, arena, ret) && !in.n;
}

TEST(notify_grammar)
{
	static const struct {
		const char *text;
		bool good;
	} t[] = {
		{ " NONE", true },
		{ " none", true },
		{ " SET (selected (MessageNew MessageExpunge))", true },
		{ " SET STATUS (personal (MessageNew MessageExpunge FlagChange))", true },
		{ " SET (selected (Messagenew (uid flags) messageExpunge)) (personal "
		  "(SubscriptionChange))",
		  true },
		{ " SET (selected-delayed NONE)", true },
		{ " SET (mailboxes (a \"b c\") NONE) (subtree {1}\r\nx (MailboxName))",
		  true },
		{ " SET (inboxes (AnnotationChange))", true },
		{ " SET (mailboxes x (MailboxMetadataChange ServerMetadataChange))",
		  true },
		{ "", false },
		{ " SET", false },
		{ " SET STATUS", false },
		{ " SET (selected)", false },
		{ " SET (selected ())", false },
		{ " SET (personal MessageNew)", false },
		/* what belongs together (RFC 5465 5) */
		{ " SET (personal (MessageNew))", false },
		{ " SET (personal (MessageExpunge))", false },
		{ " SET (personal (FlagChange))", false },
		{ " SET (selected (MailboxName))", false },
		{ " SET (selected (MailboxMetadataChange))", false },
		{ " SET (selected-delayed (ServerMetadataChange))", false },
		{ " SET (selected NONE) (selected-delayed NONE)", false },
		{ " SET (personal (MessageNew (UID) MessageExpunge))", false },
		{ " SET (selected (MessageNew (FOO) MessageExpunge))", false },
		{ " SET (mailboxes NONE)", false },
		{ " NONE x", false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct notify_spec spec;
		struct arena arena;

		CHECK_INT(take(t[i].text, &arena, &spec), t[i].good);
		arena_done(&arena);
	}
}

TEST(notify_spec)
{
	struct notify_spec s;
	struct arena arena;

	CHECK(take(
		" SET STATUS (selected-delayed (MessageNew (UID MODSEQ) MessageExpunge))"
		" (mailboxes (inbox \"Entw&APw-rfe\" \"a&\") (MessageNew MessageExpunge))"
		" (subtree Lists (MailboxName)) (subscribed (SubscriptionChange Foo))",
		&arena, &s));
	CHECK(s.wants_status && s.is_delayed && s.has_modseq && s.has_unknown);
	CHECK_SLICE(s.attributes, S("(UID MODSEQ)"));
	CHECK_INT(s.selected, NOTIFY_NEW | NOTIFY_EXPUNGE);
	CHECK_INT(s.group_count, 3);
	CHECK_INT(s.groups[0].filter.name_count, 2);
	CHECK_INT(notify_events_of(&s, S("INBOX"), false), NOTIFY_NEW | NOTIFY_EXPUNGE);
	CHECK_INT(notify_events_of(&s, S("Entw\xc3\xbcrfe"), false),
		  NOTIFY_NEW | NOTIFY_EXPUNGE);
	CHECK_INT(notify_events_of(&s, S("Lists"), false), NOTIFY_NAME);
	CHECK_INT(notify_events_of(&s, S("Lists/a"), true),
		  NOTIFY_NAME | NOTIFY_SUBSCRIPTION | NOTIFY_UNKNOWN);
	CHECK_INT(notify_events_of(&s, S("Lists2"), false), 0);
	arena_done(&arena);
}
