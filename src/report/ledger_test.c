#include "report/ledger.h"

#include "base/test.h"

struct fixture {
	struct store *store;
	struct ledger *ledger;
	struct arena arena;
	struct buf seen;
};

static void init(struct fixture *f)
{
	const struct store_options options = { .folder = NULL };

	arena_init(&f->arena, 1 << 20);
	buf_init(&f->seen, 1 << 20);
	CHECK_INT(store_open(&options, &f->store), ERR_NONE);
	CHECK_INT(ledger_open(f->store, &f->ledger), ERR_NONE);
}

static void done(struct fixture *f)
{
	ledger_close(f->ledger);
	store_close(f->store);
	buf_done(&f->seen);
	arena_done(&f->arena);
}

static struct ledger_report of(const char *domain, int64_t begin)
{
	return (struct ledger_report){ REPORT_DMARC, slice_of(domain), begin,
				       begin + 10 };
}

static bool see(void *context, slice policy, slice entry, int64_t count)
{
	struct buf *seen = context;

	return buf_addf(seen, "%.*s/%.*s/%d ", FMT(policy), FMT(entry), (int)count);
}

TEST(ledger_counts)
{
	struct fixture f;
	struct ledger_report day = of("a.test", 0), next = of("a.test", 10), found;

	init(&f);
	CHECK(ledger_add(f.ledger, &day, S("p"), S("one")));
	CHECK(!ledger_add(f.ledger, &day, S("p"), S("two")));
	CHECK(!ledger_add(f.ledger, &day, S("p"), S("two")));
	CHECK_INT(ledger_waiting(f.ledger), 2);
	CHECK_INT(ledger_write(f.ledger), ERR_NONE);
	CHECK(ledger_add(f.ledger, &day, S("p"), S("two")));
	CHECK(!ledger_add(f.ledger, &next, S("p"), S("two")));
	CHECK_INT(ledger_due(f.ledger, 9, NULL, &f.arena, &found), ERR_NOT_FOUND);
	CHECK_INT(ledger_due(f.ledger, 10, NULL, &f.arena, &found), ERR_NONE);
	CHECK_SLICE(found.domain, S("a.test"));
	CHECK_INT(found.end, 10);
	CHECK_INT(ledger_due(f.ledger, 20, &found, &f.arena, &next), ERR_NONE);
	CHECK_INT(next.begin, 10);
	CHECK_INT(ledger_due(f.ledger, 20, &next, &f.arena, &next), ERR_NOT_FOUND);
	CHECK_INT(ledger_read(f.ledger, &found, see, &f.seen), ERR_NONE);
	CHECK_SLICE(buf_slice(&f.seen), S("p/two/3 p/one/1 "));
	CHECK_INT(ledger_settle(f.ledger, &found), ERR_NONE);
	CHECK_INT(ledger_due(f.ledger, 10, NULL, &f.arena, &found), ERR_NOT_FOUND);
	CHECK_INT(ledger_due(f.ledger, 20, NULL, &f.arena, &found), ERR_NONE);
	done(&f);
}

static bool note(void *context, const struct ledger_received *r)
{
	return buf_addf(context, "%.*s ", FMT(r->name));
}

TEST(ledger_received)
{
	struct fixture f;
	struct ledger_received r = { .domain = S("a.test"),
				     .reporter = S("x"),
				     .name = S("1"),
				     .at = 100,
				     .json = S("{}") };

	init(&f);
	CHECK_INT(ledger_keep(f.ledger, &r, 0), ERR_NONE);
	CHECK_INT(ledger_keep(f.ledger, &r, 0), ERR_EXISTS);
	r.name = S("2");
	r.domain = S("b.a.test");
	r.at = 200;
	CHECK_INT(ledger_keep(f.ledger, &r, 0), ERR_NONE);
	r.name = S("3");
	r.domain = S("ba.test");
	CHECK_INT(ledger_keep(f.ledger, &r, 0), ERR_NONE);
	CHECK_INT(ledger_each_received(f.ledger, S("A.test"), note, &f.seen), ERR_NONE);
	CHECK_SLICE(buf_slice(&f.seen), S("1 2 "));
	r.name = S("4");
	CHECK_INT(ledger_keep(f.ledger, &r, 150), ERR_NONE);
	buf_reset(&f.seen);
	CHECK_INT(ledger_each_received(f.ledger, S(""), note, &f.seen), ERR_NONE);
	CHECK_SLICE(buf_slice(&f.seen), S("2 3 4 "));
	done(&f);
}
