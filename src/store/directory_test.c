#include "base/test.h"
#include "store/directory.h"

#include <ftw.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct place {
	char folder[40];
	struct store *store;
};

static void open_store(struct place *p)
{
	const struct store_options options = { .folder = p->folder };

	CHECK_INT(store_open(&options, &p->store), ERR_NONE);
}

static void place_init(struct place *p)
{
	*p = (struct place){ "/tmp/postroom-test-XXXXXX", NULL };
	CHECK(mkdtemp(p->folder));
	open_store(p);
}

static void reopen(struct place *p)
{
	store_close(p->store);
	open_store(p);
}

static int remove_entry(const char *path, const struct stat *, int, struct FTW *)
{
	return remove(path);
}

static void place_done(struct place *p)
{
	store_close(p->store);
	CHECK_INT(nftw(p->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static const struct stored_credential own = { .hash = SLICE_INIT("$argon2id$own"),
					      .scram = SLICE_INIT("keys"),
					      .created = 5 };

static int64_t add(struct place *p, const char *address)
{
	int64_t id = 0;

	CHECK_INT(directory_add_account(p->store, slice_of(address), &own, &id),
		  ERR_NONE);
	return id;
}

/* Of an old directory 0 was the site's limit. */
TEST(directory_quota)
{
	static const struct quota of_site = { 1000, QUOTA_NONE }, own_limits = { 0, 5 },
				  bad = { -3, 0 };
	struct quota found;
	struct place p;
	int64_t id;

	place_init(&p);
	id = add(&p, "jo@example.org");
	quota_set_site(p.store, &of_site);
	found = quota_limits(p.store, id);
	CHECK_INT(found.storage, 1000);
	CHECK_INT(found.messages, QUOTA_NONE);
	CHECK_INT(directory_set_quota(p.store, S("jo@example.org"), &bad), ERR_MALFORMED);
	CHECK_INT(directory_set_quota(p.store, S("no@example.org"), &own_limits),
		  ERR_NOT_FOUND);
	CHECK_INT(directory_set_quota(p.store, S("jo@example.org"), &own_limits),
		  ERR_NONE);
	reopen(&p);
	found = quota_limits(p.store, id);
	CHECK_INT(found.storage, 0);
	CHECK_INT(found.messages, 5);
	CHECK_INT(quota_limits(p.store, 99).storage, QUOTA_NONE);
	place_done(&p);
}

static struct stored_credential app(const char *name)
{
	return (struct stored_credential){ .name = slice_of(name),
					   .hash = S("app hash"),
					   .sealed = S("\0sealed\xff"),
					   .created = 6 };
}

/* Of an account that is there; slices are gone with the snapshot. */
static struct account_view find(struct place *p, const char *address)
{
	const struct directory *d = directory_get(p->store);
	struct account_view v = { 0 };

	CHECK(directory_find_account(d, slice_of(address), &v));
	directory_put(d);
	return v;
}

TEST(directory_account_is_found_however_it_is_written)
{
	static const struct {
		const char *added;
		const char *found[4];
		const char *not_found;
	} t[] = {
		{ "One@Example.org",
		  { "one@example.org", "ONE@EXAMPLE.ORG", "one@Example.Org" },
		  "one@example.org." },
		{ "info@bücher.example",
		  { "info@xn--bcher-kva.example", "info@BÜCHER.example",
		    "INFO@XN--Bcher-kva.EXAMPLE" },
		  "info@bucher.example" },
		{ "jürgen.o'neil+x@example.org",
		  { "Jürgen.O'Neil+X@example.org",
		    "ju\xcc\x88rgen.o'neil+x@example.org" },
		  "jurgen.o'neil+x@example.org" },
	};
	struct place p;

	place_init(&p);
	for (size_t i = 0; i < countof(t); i++) {
		const struct directory *d;
		struct account_view v;
		int64_t id = add(&p, t[i].added);

		d = directory_get(p.store);
		for (size_t k = 0; k < countof(t[i].found) && t[i].found[k]; k++) {
			CHECK(directory_find_account(d, slice_of(t[i].found[k]), &v));
			CHECK_INT(v.id, id);
			CHECK_SLICE(v.address, slice_of(t[i].added).p[0] == 'O'
						       ? S("one@example.org")
						       : slice_of(t[i].added));
		}
		CHECK(!directory_find_account(d, slice_of(t[i].not_found), &v));
		directory_put(d);
	}
	place_done(&p);
}

TEST(directory_refuses_what_is_no_address)
{
	static const char *const bad[] = { "",
					   "one",
					   "@example.org",
					   "one@",
					   ".one@example.org",
					   "one.@example.org",
					   "o..ne@example.org",
					   "o ne@example.org",
					   "\"o\"@example.org",
					   "o\xff@example.org",
					   "one@exa mple.org",
					   "one@.org",
					   "one@example..org",
					   "one@example.org.",
					   "one@[192.0.2.1]",
					   "one@-a.example",
					   "one@xn--.example",
					   "one\r\n@example.org" };
	struct place p;
	int64_t id;
	const struct directory *d;
	struct account_view v;

	place_init(&p);
	for (size_t i = 0; i < countof(bad); i++) {
		if (directory_add_account(p.store, slice_of(bad[i]), &own, &id) !=
		    ERR_MALFORMED)
			fail_msg("taken: %s", bad[i]);
	}
	d = directory_get(p.store);
	CHECK(!directory_account_at(d, 0, &v));
	directory_put(d);
	place_done(&p);
}

TEST(directory_credentials)
{
	struct stored_credential phone = app("phone"), desk = app("desk");
	struct stored_credential other = { .hash = S("other") };
	struct account_view v;
	const struct directory *before, *after;
	int64_t generation;
	struct place p;

	place_init(&p);
	add(&p, "one@example.org");
	generation = find(&p, "one@example.org").generation;
	before = directory_get(p.store);
	CHECK(!directory_has_secrets(before));
	CHECK_INT(directory_add_app(p.store, S("one@example.org"), &phone), ERR_NONE);
	CHECK_INT(directory_add_app(p.store, S("one@example.org"), &desk), ERR_NONE);
	CHECK_INT(directory_add_app(p.store, S("ONE@example.org"), &desk), ERR_EXISTS);
	CHECK_INT(directory_add_app(p.store, S("no@example.org"), &desk), ERR_NOT_FOUND);
	CHECK(find(&p, "one@example.org").generation > generation);
	generation = find(&p, "one@example.org").generation;

	/* What was taken before stays as it was. */
	CHECK(directory_find_account(before, S("one@example.org"), &v));
	CHECK_INT(v.credential_count, 1);
	CHECK(!directory_has_secrets(before));
	directory_put(before);

	reopen(&p);
	CHECK_INT(directory_set_password(p.store, S("one@example.org"), &other),
		  ERR_NONE);
	after = directory_get(p.store);
	CHECK(directory_has_secrets(after));
	CHECK(directory_find_account(after, S("one@example.org"), &v));
	CHECK(v.generation > generation);
	CHECK_INT(v.credential_count, 3);
	CHECK(!v.credentials[0].is_app);
	CHECK_SLICE(v.credentials[0].hash, S("other"));
	CHECK(v.credentials[1].is_app && v.credentials[2].is_app);
	CHECK_SLICE(v.credentials[1].name, S("desk"));
	CHECK_SLICE(v.credentials[2].name, S("phone"));
	CHECK_SLICE(v.credentials[2].sealed, S("\0sealed\xff"));
	CHECK_INT(v.credentials[2].created, 6);
	CHECK(v.credentials[0].id != v.credentials[1].id);
	directory_put(after);

	CHECK_INT(directory_delete_app(p.store, S("one@example.org"), S("desk")),
		  ERR_NONE);
	CHECK_INT(directory_delete_app(p.store, S("one@example.org"), S("desk")),
		  ERR_NOT_FOUND);
	CHECK_INT(directory_delete_app(p.store, S("one@example.org"), S("phone")),
		  ERR_NONE);
	after = directory_get(p.store);
	CHECK(!directory_has_secrets(after));
	directory_put(after);
	place_done(&p);
}

TEST(directory_limits)
{
	struct stored_credential nameless = app(""), c;
	struct stored_credential large = { .hash = { calloc(1, 20000), 20000 } };
	char name[16];
	struct place p;

	place_init(&p);
	add(&p, "one@example.org");
	CHECK_INT(directory_add_app(p.store, S("one@example.org"), &nameless),
		  ERR_MALFORMED);
	CHECK_INT(directory_set_password(p.store, S("one@example.org"), &large),
		  ERR_LIMIT);
	for (int i = 1; i < CREDENTIALS_MAX; i++) {
		snprintf(name, sizeof(name), "app %d", i);
		c = app(name);
		CHECK_INT(directory_add_app(p.store, S("one@example.org"), &c), ERR_NONE);
	}
	c = app("one too many");
	CHECK_INT(directory_add_app(p.store, S("one@example.org"), &c), ERR_LIMIT);
	reopen(&p);
	CHECK_INT(find(&p, "one@example.org").credential_count, CREDENTIALS_MAX);
	free((char *)(uintptr_t)large.hash.p);
	place_done(&p);
}

TEST(directory_ids_are_never_used_again)
{
	struct place p;
	int64_t first;

	place_init(&p);
	first = add(&p, "one@example.org");
	CHECK_INT(directory_delete_account(p.store, S("one@example.org")), ERR_NONE);
	CHECK_INT(directory_delete_account(p.store, S("one@example.org")), ERR_NOT_FOUND);
	reopen(&p);
	CHECK(add(&p, "one@example.org") > first);
	place_done(&p);
}

TEST(directory_aliases_and_accounts_share_their_names)
{
	const slice targets[] = { S("One@Example.org"), S("Else@xn--bcher-kva.example") },
		    bad[] = { S("one@example.org"), S("nowhere") };
	struct alias_view a;
	const struct directory *d;
	struct place p;
	int64_t id;

	place_init(&p);
	add(&p, "one@example.org");
	CHECK_INT(directory_set_alias(p.store, S("one@example.org"), targets, 2),
		  ERR_EXISTS);
	CHECK_INT(directory_set_alias(p.store, S("info@example.org"), bad, 2),
		  ERR_MALFORMED);
	CHECK_INT(directory_set_alias(p.store, S("info@example.org"), targets, 0),
		  ERR_MALFORMED);
	CHECK_INT(directory_set_alias(p.store, S("Info@Example.org"), targets, 2),
		  ERR_NONE);
	CHECK_INT(directory_add_account(p.store, S("info@example.org"), &own, &id),
		  ERR_EXISTS);
	reopen(&p);
	d = directory_get(p.store);
	CHECK(directory_find_alias(d, S("INFO@example.org"), &a));
	CHECK_SLICE(a.address, S("info@example.org"));
	CHECK_INT(a.target_count, 2);
	CHECK_SLICE(a.targets[0], S("One@example.org")); /* its local part is theirs */
	CHECK_SLICE(a.targets[1], S("Else@bücher.example"));
	CHECK(directory_alias_at(d, 0, &a) && !directory_alias_at(d, 1, &a));
	directory_put(d);

	CHECK_INT(directory_set_alias(p.store, S("info@example.org"), targets, 1),
		  ERR_NONE);
	d = directory_get(p.store);
	CHECK(directory_find_alias(d, S("info@example.org"), &a));
	CHECK_INT(a.target_count, 1);
	directory_put(d);
	CHECK_INT(directory_delete_alias(p.store, S("info@example.org")), ERR_NONE);
	CHECK_INT(directory_delete_alias(p.store, S("info@example.org")), ERR_NOT_FOUND);
	add(&p, "info@example.org");
	place_done(&p);
}

TEST(directory_knows_its_domains)
{
	const slice target = S("one@else.example");
	struct place p;
	const struct directory *d;

	place_init(&p);
	add(&p, "one@a.example");
	add(&p, "two@a.example");
	CHECK_INT(directory_set_alias(p.store, S("x@b.example"), &target, 1), ERR_NONE);
	CHECK_INT(directory_delete_account(p.store, S("one@a.example")), ERR_NONE);
	for (int round = 0; round < 2; round++) {
		d = directory_get(p.store);
		CHECK(directory_has_domain(d, S("A.example")));
		CHECK(directory_has_domain(d, S("b.example")));
		CHECK(!directory_has_domain(d, S("else.example")));
		directory_put(d);
		reopen(&p);
	}
	CHECK_INT(directory_delete_account(p.store, S("two@a.example")), ERR_NONE);
	CHECK_INT(directory_delete_alias(p.store, S("x@b.example")), ERR_NONE);
	d = directory_get(p.store);
	CHECK(!directory_has_domain(d, S("a.example")));
	CHECK(!directory_has_domain(d, S("b.example")));
	directory_put(d);
	place_done(&p);
}

enum { MANY = 10000 };

TEST(directory_of_many_accounts)
{
	struct place p;
	const struct directory *d;
	struct account_view v;
	char address[64];

	place_init(&p);
	for (int i = 0; i < MANY; i++) {
		/* 7919 is prime: all of them, in no order */
		snprintf(address, sizeof(address), "u%04d@d%d.example", i * 7919 % MANY,
			 i % 10);
		add(&p, address);
	}
	for (int i = 0; i < MANY; i += 2) {
		snprintf(address, sizeof(address), "u%04d@d%d.example", i * 7919 % MANY,
			 i % 10);
		CHECK_INT(directory_delete_account(p.store, slice_of(address)), ERR_NONE);
	}
	for (int round = 0; round < 2; round++) {
		slice before = S("");

		d = directory_get(p.store);
		for (uint32_t i = 0; i < MANY / 2; i++) {
			struct account_view same;

			CHECK(directory_account_at(d, i, &v));
			CHECK(slice_cmp(before, v.address) < 0);
			CHECK(directory_find_account(d, v.address, &same));
			CHECK_INT(same.id, v.id);
			CHECK(directory_find_account_by_id(d, v.id, &same));
			CHECK_SLICE(same.address, v.address);
			before = v.address;
		}
		CHECK(!directory_account_at(d, MANY / 2, &v));
		CHECK(!directory_find_account_by_id(d, 0, &v));
		directory_put(d);
		reopen(&p);
	}
	place_done(&p);
}

/* One account comes and goes while another stays and gets new passwords. */
struct readers {
	struct store *store;
	atomic_bool stop;
};

static void *read_always(void *context)
{
	struct readers *r = context;
	int64_t generation = 0;

	while (!atomic_load(&r->stop)) {
		const struct directory *d = directory_get(r->store);
		struct account_view v;

		assert_true(directory_find_account(d, S("stays@example.org"), &v));
		assert_true(v.generation >= generation);
		assert_true(slice_eq(v.credentials[0].hash, S("$argon2id$own")));
		generation = v.generation;
		if (directory_find_account(d, S("goes@example.org"), &v))
			assert_true(slice_eq(v.address, S("goes@example.org")));
		directory_put(d);
	}
	return NULL;
}

static void *change_often(void *context)
{
	struct readers *r = context;

	for (int i = 0; i < 100; i++) {
		int64_t id;
		enum err e =
			directory_add_account(r->store, S("goes@example.org"), &own, &id);

		assert_true(e == ERR_NONE || e == ERR_EXISTS);
		e = directory_delete_account(r->store, S("goes@example.org"));
		assert_true(e == ERR_NONE || e == ERR_NOT_FOUND);
		assert_true(
			!directory_set_password(r->store, S("stays@example.org"), &own));
	}
	return NULL;
}

TEST(directory_under_threads)
{
	struct place p;
	struct readers r = { 0 };
	pthread_t readers[3], writers[2];

	place_init(&p);
	add(&p, "stays@example.org");
	r.store = p.store;
	for (size_t i = 0; i < countof(readers); i++)
		CHECK_INT(pthread_create(&readers[i], NULL, read_always, &r), 0);
	for (size_t i = 0; i < countof(writers); i++)
		CHECK_INT(pthread_create(&writers[i], NULL, change_often, &r), 0);
	for (size_t i = 0; i < countof(writers); i++)
		pthread_join(writers[i], NULL);
	atomic_store(&r.stop, true);
	for (size_t i = 0; i < countof(readers); i++)
		pthread_join(readers[i], NULL);
	place_done(&p);
}

TEST(directory_of_a_temporary_store_is_empty)
{
	const struct store_options options = { .folder = NULL };
	const struct directory *d;
	struct account_view v;
	struct store *s;

	CHECK_INT(store_open(&options, &s), ERR_NONE);
	d = directory_get(s);
	CHECK(!directory_find_account(d, S("one@example.org"), &v));
	CHECK(!directory_has_domain(d, S("example.org")));
	directory_put(d);
	store_close(s);
}
