#include "store/metadata.h"

#include "store/fixture_test.h"

static bool list_entry(void *context, slice entry, slice value)
{
	struct buf *out = context;

	buf_addf(out, "%.*s=%.*s ", FMT(entry), FMT(value));
	return true;
}

static void check_entries(struct fixture *f, struct metadata_place place,
			  const char *entry, int32_t depth, const char *want)
{
	struct buf out;

	buf_init(&out, 1000);
	CHECK_INT(metadata_each(f->account, place, slice_of(entry), depth, list_entry,
				&out),
		  ERR_NONE);
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
}

static void set(struct fixture *f, struct metadata_place place, const char *entry,
		const char *value)
{
	slice text = value ? slice_of(value) : (slice){ 0 };

	CHECK_INT(metadata_set(f->account, place, slice_of(entry), value ? &text : NULL),
		  ERR_NONE);
}

TEST(metadata_scopes_and_depths)
{
	struct metadata_place jo = { .reader = 7 }, ann = { .reader = 8 };
	struct fixture f;

	fixture_init(&f);
	jo.mailbox = ann.mailbox = f.inbox;
	fixture_begin(&f);
	set(&f, jo, "/private/comment", "mine");
	set(&f, ann, "/private/comment", "hers");
	set(&f, jo, "/shared/comment", "ours");
	set(&f, jo, "/private/filters/values/small", "SMALLER 5000");
	set(&f, jo, "/private/filters/values/boss/a", "deep");
	set(&f, jo, "/private/filters/values-", "beside");
	fixture_commit(&f);
	check_entries(&f, jo, "/private/comment", 0, "/private/comment=mine ");
	check_entries(&f, ann, "/private/comment", 0, "/private/comment=hers ");
	check_entries(&f, ann, "/shared/comment", 0, "/shared/comment=ours ");
	check_entries(&f, jo, "/private/filters/values", 0, "");
	check_entries(&f, jo, "/private/filters/values", 1,
		      "/private/filters/values/small=SMALLER 5000 ");
	check_entries(&f, jo, "/private/filters/values", METADATA_ALL_BELOW,
		      "/private/filters/values/boss/a=deep "
		      "/private/filters/values/small=SMALLER 5000 ");
	fixture_done(&f);
}

static bool list_change(void *context, slice name, slice entry)
{
	struct buf *out = context;

	buf_addf(out, "%.*s:%.*s ", FMT(name), FMT(entry));
	return true;
}

TEST(metadata_changes_tell_removals_too)
{
	struct metadata_place place = { .reader = 7 }, other = { .reader = 8 };
	struct fixture f;
	uint64_t modseq, highest;
	struct buf out;

	fixture_init(&f);
	buf_init(&out, 1000);
	fixture_begin(&f);
	set(&f, place, "/private/comment", "one");
	fixture_commit(&f);
	CHECK_INT(metadata_modseq(f.account, &modseq), ERR_NONE);
	fixture_begin(&f);
	set(&f, place, "/private/comment", NULL);
	set(&f, place, "/private/other", NULL); /* was not there: nothing happens */
	set(&f, other, "/private/comment", "not for us");
	place.mailbox = f.inbox;
	set(&f, place, "/shared/comment", "two");
	fixture_commit(&f);
	CHECK_INT(metadata_changes(f.account, 7, modseq, list_change, &out), ERR_NONE);
	CHECK_SLICE(buf_slice(&out), S(":/private/comment INBOX:/shared/comment "));
	CHECK_INT(metadata_modseq(f.account, &highest), ERR_NONE);
	CHECK(highest > modseq);
	buf_done(&out);
	fixture_done(&f);
}

TEST(metadata_is_limited)
{
	struct fixture f;
	struct metadata_place place = { .reader = 7 };
	static char large[METADATA_VALUE_MAX];
	slice value = S("v");
	char name[40];

	fixture_init(&f);
	fixture_begin(&f);
	for (int i = 0; i < METADATA_ENTRIES_MAX; i++) {
		snprintf(name, sizeof(name), "/private/x%d", i);
		set(&f, place, name, "v");
	}
	set(&f, place, "/private/x0", "again");
	CHECK_INT(account_savepoint(f.account), ERR_NONE);
	CHECK_INT(metadata_set(f.account, place, S("/private/y"), &value), ERR_LIMIT);
	account_rollback_to(f.account);
	set(&f, place, "/private/x1", NULL);
	set(&f, place, "/private/y", "v");
	set(&f, place, "/shared/y", "v");
	place.mailbox = f.inbox;
	value = (slice){ large, sizeof(large) };
	for (size_t i = 0; i < METADATA_MAILBOX_MAX / sizeof(large); i++) {
		snprintf(name, sizeof(name), "/private/x%zu", i);
		CHECK_INT(metadata_set(f.account, place, slice_of(name), &value),
			  ERR_NONE);
	}
	CHECK_INT(account_savepoint(f.account), ERR_NONE);
	CHECK_INT(metadata_set(f.account, place, S("/private/y"), &value), ERR_LIMIT);
	account_rollback_to(f.account);
	fixture_commit(&f);
	fixture_done(&f);
}

TEST(metadata_goes_with_its_mailbox)
{
	struct metadata_place place = { .reader = 7 };
	struct fixture f;
	struct mailbox m;

	fixture_init(&f);
	place.mailbox = fixture_mailbox(&f, "a");
	fixture_begin(&f);
	set(&f, place, "/shared/comment", "of a");
	CHECK_INT(mailbox_rename(f.account, place.mailbox, S("b")), ERR_NONE);
	fixture_commit(&f);
	check_entries(&f, place, "/shared/comment", 0, "/shared/comment=of a ");
	fixture_begin(&f);
	CHECK_INT(mailbox_delete(f.account, place.mailbox), ERR_NONE);
	fixture_commit(&f);
	check_entries(&f, place, "/shared/comment", 0, "");
	place.mailbox = f.inbox;
	fixture_begin(&f);
	set(&f, place, "/shared/comment", "of inbox");
	CHECK_INT(mailbox_rename(f.account, f.inbox, S("old")), ERR_NONE);
	fixture_commit(&f);
	check_entries(&f, place, "/shared/comment", 0, "/shared/comment=of inbox ");
	CHECK_INT(mailbox_find(f.account, S("old"), &f.arena, &m), ERR_NONE);
	place.mailbox = m.id;
	check_entries(&f, place, "/shared/comment", 0, "/shared/comment=of inbox ");
	fixture_done(&f);
}
