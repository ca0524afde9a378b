#include "store/fixture_test.h"

/* Four messages: 1 without flags, 2 seen, 3 deleted, 4 both. */
static void fill(struct fixture *f)
{
	static const uint64_t flags[] = { 0, FLAG_SEEN, FLAG_DELETED,
					  FLAG_SEEN | FLAG_DELETED };

	fixture_begin(f);
	for (size_t i = 0; i < countof(flags); i++)
		fixture_append(f, f->inbox, S("x\r\n\r\n1\r\n"), flags[i]);
	fixture_commit(f);
}

static void change(struct fixture *f, const char *uids, enum flag_change how,
		   uint64_t flags)
{
	struct interval_set set = fixture_set(uids), modified = { 0 };

	fixture_begin(f);
	CHECK_INT(message_change_flags(f->account, f->inbox, &set, how, flags, UINT64_MAX,
				       &modified, NULL, NULL),
		  ERR_NONE);
	fixture_commit(f); /* recounts */
	interval_set_done(&set);
}

TEST(flags_are_set_added_and_removed)
{
	struct fixture f;

	fixture_init(&f);
	fill(&f);
	change(&f, "1:3", FLAGS_ADD, FLAG_SEEN | FLAG_FLAGGED);
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1=5 2=5 3=d 4=9"));
	change(&f, "2:4", FLAGS_REMOVE, FLAG_SEEN);
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1=5 2=4 3=c 4=8"));
	change(&f, "1,4:9", FLAGS_SET, FLAG_DRAFT | UINT64_C(1) << 61);
	CHECK_SLICE(fixture_list(&f, f.inbox),
		    S("1=2000000000000010 2=4 3=c 4=2000000000000010"));
	fixture_done(&f);
}

TEST(flags_that_are_so_already_take_no_modseq)
{
	struct fixture f;
	uint64_t before;

	fixture_init(&f);
	fill(&f);
	before = fixture_get(&f, f.inbox).modseq;
	change(&f, "2,4", FLAGS_ADD, FLAG_SEEN);
	CHECK_INT(fixture_get(&f, f.inbox).modseq, before);
	change(&f, "1:4", FLAGS_ADD, FLAG_SEEN);
	CHECK_INT(fixture_get(&f, f.inbox).modseq, before + 1);
	fixture_done(&f);
}

/* RFC 7162 3.1.3 */
TEST(flags_unchanged_since)
{
	struct interval_set all = fixture_set("1:9"), modified = { 0 };
	struct fixture f;
	uint64_t since;

	fixture_init(&f);
	fill(&f);
	since = fixture_get(&f, f.inbox).modseq;
	change(&f, "2", FLAGS_ADD, FLAG_FLAGGED);
	fixture_begin(&f);
	CHECK_INT(message_change_flags(f.account, f.inbox, &all, FLAGS_SET, FLAG_DRAFT,
				       since, &modified, NULL, NULL),
		  ERR_NONE);
	fixture_commit(&f);
	CHECK_SLICE(fixture_set_text(&f, &modified), S("2"));
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1=10 2=5 3=10 4=10"));
	interval_set_done(&all);
	interval_set_done(&modified);
	fixture_done(&f);
}

/* RFC 7162 3.1.12: it was another flag that has changed. */
TEST(flags_unchanged_but_for_others)
{
	static const struct {
		enum flag_change how;
		uint64_t flags;
		bool is_modified;
	} t[] = {
		{ FLAGS_ADD, FLAG_DRAFT, false },
		{ FLAGS_ADD, FLAG_DRAFT | FLAG_FLAGGED, true },
		{ FLAGS_ADD, FLAG_FLAGGED, true },
		{ FLAGS_REMOVE, FLAG_SEEN, false },
		{ FLAGS_REMOVE, FLAG_DRAFT, true },
		{ FLAGS_SET, FLAG_DRAFT, true },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct interval_set two = fixture_set("2"), modified = { 0 };
		struct fixture f;
		uint64_t since;

		fixture_init(&f);
		fill(&f);
		since = fixture_get(&f, f.inbox).modseq;
		change(&f, "2", FLAGS_SET, FLAG_FLAGGED | FLAG_SEEN);
		fixture_begin(&f);
		CHECK_INT(message_change_flags(f.account, f.inbox, &two, t[i].how,
					       t[i].flags, since, &modified, NULL, NULL),
			  ERR_NONE);
		fixture_commit(&f);
		CHECK_INT(interval_set_count(&modified), t[i].is_modified);
		interval_set_done(&two);
		interval_set_done(&modified);
		fixture_done(&f);
	}
}

/* None of its flags is older than a message itself (RFC 7162 3.1). */
TEST(flags_of_what_came_since_have_changed)
{
	struct interval_set all = fixture_set("1:4"), modified = { 0 };
	struct fixture f;
	uint64_t since;

	fixture_init(&f);
	since = fixture_get(&f, f.inbox).modseq;
	fill(&f);
	fixture_begin(&f);
	CHECK_INT(message_change_flags(f.account, f.inbox, &all, FLAGS_ADD, FLAG_DRAFT,
				       since + 1, &modified, NULL, NULL),
		  ERR_NONE);
	fixture_commit(&f);
	CHECK_SLICE(fixture_set_text(&f, &modified), S("2:4"));
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1=10 2=1 3=8 4=9"));
	interval_set_done(&all);
	interval_set_done(&modified);
	fixture_done(&f);
}

static bool note_message(void *context, const struct message *m)
{
	buf_addf(context, "%u=%llx ", m->uid, (unsigned long long)m->flags);
	return m->uid < 3;
}

TEST(flags_visitor_sees_the_new_and_may_stop)
{
	struct interval_set all = fixture_set("1:4"), modified = { 0 };
	struct fixture f;
	struct buf seen;

	fixture_init(&f);
	fill(&f);
	buf_init(&seen, 1000);
	fixture_begin(&f);
	CHECK_INT(message_change_flags(f.account, f.inbox, &all, FLAGS_ADD, FLAG_SEEN,
				       UINT64_MAX, &modified, note_message, &seen),
		  ERR_NONE);
	fixture_commit(&f);
	CHECK_SLICE(buf_slice(&seen), S("1=1 2=1 3=9 "));
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1=1 2=1 3=9 4=9"));
	buf_done(&seen);
	interval_set_done(&all);
	fixture_done(&f);
}

TEST(flags_per_email_reach_every_mailbox)
{
	struct fixture f;
	struct message m;
	uint32_t uid;
	int64_t all;

	fixture_init_with(
		&f, (struct store_options){ .folder = "", .flags_per_email = true });
	all = fixture_mailbox(&f, "all");
	fill(&f);
	CHECK_INT(message_get(f.account, f.inbox, 1, 0, &f.arena, &m), ERR_NONE);
	fixture_begin(&f);
	CHECK_INT(message_link(f.account, m.email, all, 0, &uid), ERR_NONE);
	CHECK_INT(message_link(f.account, m.email, all, FLAG_FLAGGED, &uid), ERR_NONE);
	CHECK_INT(message_link(f.account, 12345, all, 0, &uid), ERR_NOT_FOUND);
	fixture_commit(&f);
	change(&f, "1", FLAGS_ADD, FLAG_SEEN);
	CHECK_SLICE(fixture_list(&f, all), S("1=1 2=5"));
	change(&f, "1", FLAGS_SET, FLAG_DELETED); /* which stays where it is */
	CHECK_SLICE(fixture_list(&f, all), S("1 2"));
	CHECK_SLICE(fixture_list(&f, f.inbox), S("1=8 2=1 3=8 4=9"));
	fixture_done(&f);
}
