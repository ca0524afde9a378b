#include "policy/routing.h"

#include "base/test.h"

struct fixture {
	struct store *store;
	struct config *config;
	struct arena arena;
	int64_t one, two;
};

static void fixture_init(struct fixture *f)
{
	const struct store_options options = { .durable = false };
	const struct stored_credential own = { .hash = S("x") };
	const slice both[] = { S("one@example.org"), S("two@example.org") };
	const slice outside[] = { S("one@example.org"), S("friend@elsewhere.test") };
	const slice loop_a[] = { S("loop-b@example.org") },
		    loop_b[] = { S("loop-a@example.org") };
	struct buf faults;

	buf_init(&faults, 1000);
	f->config = config_parse(S("hostname = mail.example.org\ndata = /d\n"
				   "[domain example.org]\n"
				   "[domain example.net]\ncatch-all = two@example.org\n"),
				 "test", &faults);
	CHECK(f->config);
	CHECK_INT(store_open(&options, &f->store), ERR_NONE);
	CHECK_INT(directory_add_account(f->store, S("one@example.org"), &own, &f->one),
		  0);
	CHECK_INT(directory_add_account(f->store, S("two@example.org"), &own, &f->two),
		  0);
	CHECK_INT(directory_set_alias(f->store, S("both@example.org"), both, 2), 0);
	CHECK_INT(directory_set_alias(f->store, S("list@example.org"), outside, 2), 0);
	CHECK_INT(directory_set_alias(f->store, S("loop-a@example.org"), loop_a, 1), 0);
	CHECK_INT(directory_set_alias(f->store, S("loop-b@example.org"), loop_b, 1), 0);
	arena_init(&f->arena, 1 << 20);
	buf_done(&faults);
}

static void fixture_done(struct fixture *f)
{
	arena_done(&f->arena);
	config_free(f->config);
	store_close(f->store);
}

static struct route route(struct fixture *f, slice local, slice domain)
{
	const struct directory *d = directory_get(f->store);
	struct route r;

	route_recipient(f->config, d, local, domain, &f->arena, &r);
	directory_put(d);
	return r;
}

TEST(routing_finds_accounts)
{
	static const struct {
		slice local, domain;
		enum route_kind kind;
		uint32_t accounts, remote;
	} t[] = {
		{ SLICE_INIT("one"), SLICE_INIT("example.org"), ROUTE_LOCAL, 1, 0 },
		{ SLICE_INIT("ONE"), SLICE_INIT("Example.ORG"), ROUTE_LOCAL, 1, 0 },
		{ SLICE_INIT("one+detail"), SLICE_INIT("example.org"), ROUTE_LOCAL, 1,
		  0 },
		{ SLICE_INIT("one+"), SLICE_INIT("example.org"), ROUTE_LOCAL, 1, 0 },
		{ SLICE_INIT("+one"), SLICE_INIT("example.org"), ROUTE_UNKNOWN, 0, 0 },
		{ SLICE_INIT("nobody"), SLICE_INIT("example.org"), ROUTE_UNKNOWN, 0, 0 },
		{ SLICE_INIT("nobody"), SLICE_INIT("example.net"), ROUTE_LOCAL, 1, 0 },
		{ SLICE_INIT("both"), SLICE_INIT("example.org"), ROUTE_LOCAL, 2, 0 },
		{ SLICE_INIT("list"), SLICE_INIT("example.org"), ROUTE_LOCAL, 1, 1 },
		{ SLICE_INIT("loop-a"), SLICE_INIT("example.org"), ROUTE_LOOP, 0, 0 },
		{ SLICE_INIT("postmaster"), SLICE_INIT(""), ROUTE_LOCAL, 1, 0 },
		{ SLICE_INIT("Postmaster"), SLICE_INIT("example.org"), ROUTE_LOCAL, 1,
		  0 },
		{ SLICE_INIT("postmaster"), SLICE_INIT("mail.example.org"), ROUTE_LOCAL,
		  1, 0 },
		{ SLICE_INIT("one"), SLICE_INIT("elsewhere.test"), ROUTE_REMOTE, 0, 0 },
		{ SLICE_INIT("one"), SLICE_INIT("sub.example.org"), ROUTE_REMOTE, 0, 0 },
	};
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < countof(t); i++) {
		struct route r = route(&f, t[i].local, t[i].domain);

		if (r.kind != t[i].kind) print_message("case %zu\n", i);
		CHECK_INT(r.kind, t[i].kind);
		CHECK_INT(r.account_count, t[i].accounts);
		CHECK_INT(r.remote_count, t[i].remote);
	}
	fixture_done(&f);
}

TEST(routing_obeys_the_domain)
{
	static const struct {
		slice local;
		enum route_kind kind;
		bool internal;
	} t[] = {
		{ SLICE_INIT("anybody"), ROUTE_LOCAL, false },
		{ SLICE_INIT("one-x"), ROUTE_LOCAL, false },
		{ SLICE_INIT("Old"), ROUTE_REFUSED, false },
		{ SLICE_INIT("old-x"), ROUTE_REFUSED, false },
		{ SLICE_INIT("older"), ROUTE_LOCAL, false },
		{ SLICE_INIT("STAFF"), ROUTE_LOCAL, true },
		{ SLICE_INIT("staff=x"), ROUTE_LOCAL, true },
	};
	struct fixture f;
	struct buf faults;

	fixture_init(&f);
	config_free(f.config);
	buf_init(&faults, 1000);
	f.config = config_parse(S("hostname = mail.example.org\ndata = /d\n"
				  "[domain example.org]\ndelimiter = -=\n"
				  "catch-all = two@example.org\nrefuse = old\n"
				  "internal = staff\n[domain example.net]\n"
				  "delimiter = none\n"),
				"test", &faults);
	buf_done(&faults);
	for (size_t i = 0; i < countof(t); i++) {
		struct route r = route(&f, t[i].local, S("example.org"));

		CHECK_INT(r.kind, t[i].kind);
		CHECK_INT(r.internal, t[i].internal);
	}
	CHECK_INT(route(&f, S("one-x"), S("example.org")).accounts[0], f.one);
	CHECK_INT(route(&f, S("one+x"), S("example.org")).accounts[0], f.two);
	CHECK_INT(route(&f, S("postmaster+x"), S("example.net")).kind, ROUTE_UNKNOWN);
	fixture_done(&f);
}

TEST(routing_names_the_alias_and_its_owner)
{
	static const struct {
		slice local, alias, owner;
	} t[] = {
		{ SLICE_INIT("one"), SLICE_INIT(""), SLICE_INIT("") },
		{ SLICE_INIT("LIST"), SLICE_INIT("list@example.org"), SLICE_INIT("") },
		{ SLICE_INIT("both+x"), SLICE_INIT("both@example.org"),
		  SLICE_INIT("owner-both@example.org") },
		{ SLICE_INIT("outer"), SLICE_INIT("outer@example.org"), SLICE_INIT("") },
	};
	const slice owner[] = { S("one@example.org") },
		    outer[] = { S("both@example.org") };
	struct fixture f;

	fixture_init(&f);
	CHECK_INT(directory_set_alias(f.store, S("owner-both@example.org"), owner, 1), 0);
	CHECK_INT(directory_set_alias(f.store, S("outer@example.org"), outer, 1), 0);
	for (size_t i = 0; i < countof(t); i++) {
		struct route r = route(&f, t[i].local, S("example.org"));

		CHECK_SLICE(r.alias, t[i].alias);
		CHECK_SLICE(r.owner, t[i].owner);
	}
	fixture_done(&f);
}

/* What relays were once talked into with: here they are names nobody has. */
TEST(routing_reads_no_route_in_a_local_part)
{
	static const slice locals[] = {
		SLICE_INIT("user%elsewhere.test"), SLICE_INIT("elsewhere.test!user"),
		SLICE_INIT("user@elsewhere.test"), SLICE_INIT("@elsewhere.test:user"),
		SLICE_INIT("one%example.org"),     SLICE_INIT("one@example.org"),
	};
	struct fixture f;

	fixture_init(&f);
	for (size_t i = 0; i < countof(locals); i++)
		CHECK_INT(route(&f, locals[i], S("example.org")).kind, ROUTE_UNKNOWN);
	fixture_done(&f);
}
