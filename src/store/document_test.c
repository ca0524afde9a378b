#include "store/document.h"

#include "store/fixture_test.h"

static bool list_document(void *context, int64_t, slice value)
{
	struct buf *b = context;

	buf_addf(b, "%.*s ", FMT(value));
	return true;
}

static void check_list(struct fixture *f, enum document_kind kind, slice want)
{
	struct buf b;

	buf_init(&b, 10000);
	CHECK_INT(document_each(f->account, kind, list_document, &b), ERR_NONE);
	CHECK_SLICE(buf_slice(&b), want);
	buf_done(&b);
}

TEST(documents_are_kept_by_kind)
{
	struct fixture f;
	int64_t one, two;
	slice value;

	fixture_init(&f);
	fixture_begin(&f);
	CHECK_INT(document_add(f.account, DOCUMENT_IDENTITY, S("a"), &one), ERR_NONE);
	CHECK_INT(document_add(f.account, DOCUMENT_IDENTITY, S("b"), &two), ERR_NONE);
	CHECK_INT(document_set(f.account, DOCUMENT_IDENTITY, one, S("c")), ERR_NONE);
	CHECK_INT(document_set(f.account, DOCUMENT_SIEVE, one, S("c")), ERR_NOT_FOUND);
	fixture_commit(&f);
	check_list(&f, DOCUMENT_IDENTITY, S("c b "));
	check_list(&f, DOCUMENT_SIEVE, S(""));
	CHECK_INT(document_get(f.account, DOCUMENT_IDENTITY, one, &f.arena, &value),
		  ERR_NONE);
	CHECK_SLICE(value, S("c"));
	fixture_begin(&f);
	CHECK_INT(document_remove(f.account, DOCUMENT_IDENTITY, one), ERR_NONE);
	CHECK_INT(document_remove(f.account, DOCUMENT_IDENTITY, one), ERR_NOT_FOUND);
	fixture_commit(&f);
	check_list(&f, DOCUMENT_IDENTITY, S("b "));
	CHECK_INT(document_get(f.account, DOCUMENT_IDENTITY, one, &f.arena, &value),
		  ERR_NOT_FOUND);
	fixture_done(&f);
}

static void check_changes(struct fixture *f, uint64_t since, uint32_t created,
			  uint32_t updated, uint32_t destroyed)
{
	struct state_changes c;
	uint64_t now;

	CHECK_INT(document_state(f->account, DOCUMENT_PUSH, &now), ERR_NONE);
	CHECK_INT(document_changes(f->account, DOCUMENT_PUSH, since, 100, &c), ERR_NONE);
	CHECK_INT(c.created_count, created);
	CHECK_INT(c.updated_count, updated);
	CHECK_INT(c.destroyed_count, destroyed);
	CHECK(c.state == now);
	CHECK(!c.has_more);
	state_changes_done(&c);
}

TEST(documents_tell_what_changed)
{
	struct fixture f;
	uint64_t start, before, now;
	int64_t one, two;
	struct state_changes c;

	fixture_init(&f);
	CHECK_INT(document_state(f.account, DOCUMENT_PUSH, &start), ERR_NONE);
	fixture_begin(&f);
	CHECK_INT(document_add(f.account, DOCUMENT_PUSH, S("a"), &one), ERR_NONE);
	CHECK_INT(document_add(f.account, DOCUMENT_PUSH, S("b"), &two), ERR_NONE);
	fixture_commit(&f);
	CHECK_INT(document_state(f.account, DOCUMENT_PUSH, &before), ERR_NONE);
	check_changes(&f, start, 2, 0, 0);
	check_changes(&f, before, 0, 0, 0);
	fixture_begin(&f);
	CHECK_INT(document_set(f.account, DOCUMENT_PUSH, one, S("c")), ERR_NONE);
	CHECK_INT(document_remove(f.account, DOCUMENT_PUSH, two), ERR_NONE);
	fixture_commit(&f);
	check_changes(&f, start, 1, 0, 0);
	check_changes(&f, before, 0, 1, 1);
	CHECK_INT(document_state(f.account, DOCUMENT_PUSH, &now), ERR_NONE);
	CHECK(now > before);
	CHECK_INT(document_changes(f.account, DOCUMENT_PUSH, now + 1, 10, &c),
		  ERR_NOT_FOUND);
	CHECK_INT(document_state(f.account, DOCUMENT_SIEVE, &now), ERR_NONE);
	CHECK_INT(now, 0);
	fixture_reopen(&f);
	check_changes(&f, before, 0, 1, 1);
	fixture_done(&f);
}

TEST(documents_are_limited)
{
	static char large[DOCUMENT_MAX + 1];
	struct fixture f;
	int64_t id;

	fixture_init(&f);
	fixture_begin(&f);
	CHECK_INT(document_add(f.account, DOCUMENT_SIEVE, (slice){ large, sizeof(large) },
			       &id),
		  ERR_LIMIT);
	for (int i = 0; i < DOCUMENTS_OCTETS_MAX / DOCUMENT_MAX; i++)
		CHECK_INT(document_add(f.account, DOCUMENT_SIEVE,
				       (slice){ large, DOCUMENT_MAX }, &id),
			  ERR_NONE);
	CHECK_INT(document_set(f.account, DOCUMENT_SIEVE, id, S("")), ERR_NONE);
	CHECK_INT(document_add(f.account, DOCUMENT_SIEVE, S("a"), &id), ERR_NONE);
	CHECK_INT(account_savepoint(f.account), ERR_NONE);
	CHECK_INT(document_add(f.account, DOCUMENT_SIEVE, (slice){ large, DOCUMENT_MAX },
			       &id),
		  ERR_LIMIT);
	account_rollback_to(f.account);
	fixture_commit(&f);
	fixture_done(&f);
}
