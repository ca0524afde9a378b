#include "queue/policy.h"

#include "base/test.h"
#include "queue/fixture_test.h"

enum { DAY = 24 * 60 * 60 };

static struct kept_policy known(struct fixture *f, const char *domain, int64_t now)
{
	struct kept_policy p;

	CHECK_INT(queue_read_policy(f->queue, slice_of(domain), now, &f->arena, &p),
		  ERR_NONE);
	return p;
}

static void keep(struct fixture *f, const char *domain, int64_t now,
		 const struct kept_policy *p)
{
	fixture_begin(f);
	CHECK_INT(queue_keep_policy(f->queue, slice_of(domain), now, p), ERR_NONE);
	fixture_commit(f);
}

TEST(policy_is_kept_until_it_expires)
{
	struct fixture f;
	const struct kept_policy p = { S("1"), S("mode: none\n"), 2 * DAY, S(""), 0 };

	fixture_init(&f);
	CHECK_SLICE(known(&f, "a.test", 0).id, S(""));
	keep(&f, "a.test", DAY, &p);
	CHECK_SLICE(known(&f, "a.test", DAY).text, p.text);
	CHECK_INT(known(&f, "a.test", DAY).expires, 2 * DAY);
	CHECK_SLICE(known(&f, "a.test", 2 * DAY).id, S(""));
	CHECK_SLICE(known(&f, "b.test", DAY).id, S(""));
	fixture_done(&f);
}

TEST(policy_remembers_what_was_tried_in_vain)
{
	struct fixture f;
	struct kept_policy p = { S("1"), S("mode: none\n"), 9 * DAY, S("2"), DAY };

	fixture_init(&f);
	keep(&f, "a.test", DAY, &p);
	CHECK_SLICE(known(&f, "a.test", DAY).tried_id, S("2"));
	CHECK_INT(known(&f, "a.test", DAY).tried, DAY);
	p = (struct kept_policy){ S("2"), S("mode: enforce\n"), 9 * DAY, S(""), 0 };
	keep(&f, "a.test", DAY, &p);
	CHECK_SLICE(known(&f, "a.test", DAY).id, S("2"));
	CHECK_SLICE(known(&f, "a.test", DAY).tried_id, S(""));
	fixture_done(&f);
}

TEST(policy_of_no_use_is_forgotten)
{
	struct fixture f;
	const struct kept_policy expired = { S("1"), S("x"), DAY, S("2"), DAY };

	fixture_init(&f);
	keep(&f, "a.test", DAY, &expired);
	keep(&f, "b.test", DAY + 1, &expired);
	CHECK_SLICE(known(&f, "a.test", DAY).tried_id, S("2"));
	keep(&f, "b.test", 2 * DAY, &(struct kept_policy){ 0 });
	CHECK_SLICE(known(&f, "a.test", DAY).tried_id, S(""));
	fixture_done(&f);
}
