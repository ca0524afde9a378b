/* An account's file as an older program left it. */
#include "store/account_private.h"
#include "store/account_schema.h"
#include "store/email_view.h"
#include "store/fixture_test.h"
#include "store/states.h"

enum { BEFORE_STATES = 5 }; /* steps of the schema */

static const char message_rows[] =
	"INSERT INTO blob VALUES (3, X'e3b0c44298fc1c149afbf4c8996fb924"
	"27ae41e4649b934ca495991b7852b855', 0, 2, 0, X'');"
	"INSERT INTO email (id, blob, thread, received, received_zone, sent, sent_zone,"
	" size, has_attachment, message_key, envelope, body_structure, parts, subject,"
	" from_text, to_text, cc_text, bcc_text, sender_text, reply_to_text, message_id,"
	" reference_ids, preview, prefix) VALUES"
	" (2, 3, 4, 10, 0, 0, 0, 0, 0, 0, '', '', '', 'a', '', '', '', '', '', '', '',"
	" '', '', ''),"
	" (5, 3, 4, 20, 0, 0, 0, 0, 0, 0, '', '', '', 'b', '', '', '', '', '', '', '',"
	" '', '', '');"
	"INSERT INTO message (mailbox, uid, email, flags, modseq, saved, size) VALUES"
	" (1, 1, 2, 0, 3, 0, 0), (1, 2, 5, 1, 4, 0, 0), (6, 1, 5, 4, 6, 0, 0);";

static const char account_rows[] =
	"INSERT INTO account (id, incarnation, boot, modseq, modseq_ceiling, next_id,"
	" uid_validity, group_number, hash_key) VALUES (7, 1, 0, 7, 100, 7, 9, 5, 1);"
	"INSERT INTO mailbox VALUES"
	" (1, 'INBOX', 0, 1, 8, 3, 1, 2, 1, 0, 0, 4, 2, 0),"
	" (6, 'Other', 0, 1, 9, 2, 1, 1, 1, 0, 0, 6, 5, 0);"
	"INSERT INTO uidset VALUES (1, 1, X'0001'), (6, 1, X'0000');";

/* In place of the fixture's, as if it were the same (directory_state.h). */
static void write_old_account(struct fixture *f, int64_t incarnation)
{
	const struct db_schema schema = { account_steps, BEFORE_STATES };
	char path[128], set_incarnation[128];
	struct db *d;

	snprintf(path, sizeof(path), "%s/accounts/07/0000000000000007/mail.db",
		 f->folder);
	CHECK_INT(remove(path), 0);
	CHECK_INT(db_open(&(struct db_options){ .path = path, .schema = &schema }, &d),
		  ERR_NONE);
	CHECK_INT(db_execute(d, account_rows), ERR_NONE);
	snprintf(set_incarnation, sizeof(set_incarnation),
		 "UPDATE account SET group_number = 100, incarnation = %lld",
		 (long long)incarnation);
	CHECK_INT(db_execute(d, set_incarnation), ERR_NONE);
	CHECK_INT(db_execute(d, message_rows), ERR_NONE);
	db_close(d);
}

static bool list_id(void *context, int64_t email)
{
	buf_addf(context, "%lld ", (long long)email);
	return true;
}

static void check_threads(struct fixture *f)
{
	struct thread_counts counts;
	struct buf b;

	buf_init(&b, 1000);
	CHECK_INT(email_each_of_thread(f->account, 4, list_id, &b), ERR_NONE);
	CHECK_SLICE(buf_slice(&b), S("2 5 "));
	CHECK_INT(email_count_threads(f->account, f->inbox, &counts), ERR_NONE);
	CHECK_INT(counts.total, 1);
	CHECK_INT(counts.emails, 2);
	CHECK_INT(counts.unread_emails, 1);
	buf_done(&b);
}

/* States begin with the migration: of what was before, nothing can be told. */
static void check_states(struct fixture *f)
{
	struct state_changes c;
	uint64_t state;
	int64_t id;

	CHECK_INT(state_now(f->account, STATE_EMAIL, &state), ERR_NONE);
	CHECK_INT(state_changes(f->account, STATE_EMAIL, state - 1, 9, &c),
		  ERR_NOT_FOUND);
	fixture_begin(f);
	CHECK_INT(email_change_flags(f->account, 2, FLAGS_ADD, FLAG_SEEN), ERR_NONE);
	CHECK_INT(email_destroy(f->account, 5), ERR_NONE);
	CHECK_INT(mailbox_create(f->account, S("New"), USE_NONE, &id), ERR_NONE);
	fixture_commit(f);
	CHECK_INT(state_changes(f->account, STATE_EMAIL, state, 9, &c), ERR_NONE);
	CHECK_INT(c.updated_count, 1);
	CHECK_INT(c.destroyed_count, 1);
	state_changes_done(&c);
	CHECK_INT(state_changes(f->account, STATE_MAILBOX, state, 9, &c), ERR_NONE);
	CHECK_INT(c.created_count, 1);
	CHECK_INT(c.updated_count, 2);
	state_changes_done(&c);
}

TEST(account_of_an_older_program)
{
	struct fixture f;
	int64_t incarnation;

	fixture_init(&f);
	incarnation = f.account->incarnation;
	account_close(f.account);
	write_old_account(&f, incarnation);
	CHECK_INT(account_open(f.store, 7, &f.account), ERR_NONE);
	CHECK_INT(f.inbox, 1);
	CHECK_SLICE(fixture_list(&f, 1), S("1 2=1"));
	fixture_begin(&f);
	fixture_commit(&f);
	check_threads(&f);
	check_states(&f);
	fixture_done(&f);
}
