#include "store/acl.h"

#include "store/directory.h"
#include "store/fixture_test.h"

enum { OWNER = 7, JO = 20, ANN = 21 };

static void grant(struct fixture *f, int64_t mailbox, int64_t account, bool is_negative,
		  unsigned rights)
{
	const struct acl_entry entry = { account, is_negative, rights };

	CHECK_INT(acl_set(f->account, mailbox, &entry), ERR_NONE);
}

static unsigned rights_of(struct fixture *f, int64_t mailbox, int64_t user)
{
	unsigned rights = 0;

	CHECK_INT(acl_rights(f->account, mailbox, user, &rights), ERR_NONE);
	return rights;
}

TEST(acl_grants_and_takes)
{
	struct fixture f;

	fixture_init(&f);
	CHECK_INT(rights_of(&f, f.inbox, OWNER), RIGHTS_ALL);
	CHECK_INT(rights_of(&f, f.inbox, JO), 0);
	fixture_begin(&f);
	grant(&f, f.inbox, 0, false, RIGHT_LOOKUP | RIGHT_READ);
	grant(&f, f.inbox, JO, false, RIGHT_INSERT);
	grant(&f, f.inbox, ANN, true, RIGHT_READ);
	grant(&f, f.inbox, OWNER, true, RIGHTS_ALL);
	fixture_commit(&f);
	CHECK_INT(rights_of(&f, f.inbox, OWNER), RIGHTS_ALL);
	CHECK_INT(rights_of(&f, f.inbox, JO), RIGHT_LOOKUP | RIGHT_READ | RIGHT_INSERT);
	CHECK_INT(rights_of(&f, f.inbox, ANN), RIGHT_LOOKUP);
	fixture_begin(&f);
	grant(&f, f.inbox, 0, true, RIGHT_LOOKUP);
	grant(&f, f.inbox, ANN, true, 0);
	fixture_commit(&f);
	CHECK_INT(rights_of(&f, f.inbox, ANN), RIGHT_READ);
	fixture_done(&f);
}

TEST(acl_goes_with_its_mailbox)
{
	struct fixture f;
	struct mailbox below;
	int64_t id;

	fixture_init(&f);
	id = fixture_mailbox(&f, "a");
	fixture_begin(&f);
	grant(&f, id, JO, false, RIGHT_READ);
	CHECK_INT(mailbox_create(f.account, S("a/b/c"), USE_NONE, &below.id), ERR_NONE);
	CHECK_INT(mailbox_rename(f.account, id, S("z")), ERR_NONE);
	fixture_commit(&f);
	CHECK_INT(rights_of(&f, id, JO), RIGHT_READ);
	CHECK_INT(mailbox_find(f.account, S("z/b/c"), &f.arena, &below), ERR_NONE);
	CHECK_INT(rights_of(&f, below.id, JO), RIGHT_READ);
	fixture_begin(&f);
	CHECK_INT(mailbox_delete(f.account, below.id), ERR_NONE);
	fixture_commit(&f);
	CHECK_INT(rights_of(&f, below.id, JO), 0);
	fixture_done(&f);
}

static bool add_owner(void *context, int64_t owner)
{
	int64_t *sum = context;

	*sum = *sum * 100 + owner;
	return true;
}

static int64_t add_account(struct fixture *f, const char *address)
{
	const struct stored_credential none = { 0 };
	int64_t id = 0;

	CHECK_INT(directory_add_account(f->store, slice_of(address), &none, &id),
		  ERR_NONE);
	return id;
}

TEST(acl_shares_are_indexed)
{
	struct fixture f;
	int64_t owners = 0, ann, bob;

	fixture_init(&f);
	CHECK_INT(share_each(f.store, JO, add_owner, &owners), ERR_NONE);
	CHECK_INT(owners, 0);
	ann = add_account(&f, "ann@example.org");
	bob = add_account(&f, "bob@example.org");
	CHECK_INT(share_add(f.store, ann, JO), ERR_NONE);
	CHECK_INT(share_add(f.store, ann, JO), ERR_NONE);
	CHECK_INT(share_add(f.store, ann, 0), ERR_NONE);
	CHECK_INT(share_add(f.store, bob, 0), ERR_NONE);
	CHECK_INT(share_add(f.store, 99, 0), ERR_NOT_FOUND);
	fixture_reopen(&f);
	CHECK_INT(share_each(f.store, JO, add_owner, &owners), ERR_NONE);
	CHECK_INT(owners, ann * 100 + bob);
	owners = 0;
	CHECK_INT(share_each(f.store, ann, add_owner, &owners), ERR_NONE);
	CHECK_INT(owners, bob);
	CHECK_INT(directory_delete_account(f.store, S("bob@example.org")), ERR_NONE);
	owners = 0;
	CHECK_INT(share_each(f.store, ann, add_owner, &owners), ERR_NONE);
	CHECK_INT(owners, 0);
	fixture_done(&f);
}
