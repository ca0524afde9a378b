/* What a query finds is what a plain evaluation finds. */
#include "jmap/email_search.h"

#include <stdlib.h>
#include <string.h>

#include "jmap/search_model_test.h"

enum { QUERIES = 120 };

/* At once, or in the smallest steps there are. */
static void run(struct account *a, struct email_search *s)
{
	int64_t until_ms = rand() % 2 ? INT64_MAX : 0;
	bool done = false;

	while (!done)
		CHECK_INT(email_search_run(s, a, until_ms, &done), ERR_NONE);
}

static void check(struct model *m, json_t *arguments)
{
	struct email_search s;
	struct query_fault fault;
	uint32_t count;
	int64_t *want = model_query(m, arguments, &count);

	CHECK(email_search_parse(arguments, account_id(m->f.account), &s, &fault));
	run(m->f.account, &s);
	if (s.count != count || memcmp(s.ids, want, count * sizeof(*want)) != 0) {
		char *text = json_dumps(arguments, 0);

		print_error("%s\n", text);
		for (uint32_t i = 0; i < count || i < s.count; i++)
			print_error("%ld %ld\n", i < s.count ? (long)s.ids[i] : -1,
				    i < count ? (long)want[i] : -1);
		fail();
	}
	email_search_done(&s);
	free(want);
}

static void compare(struct model *m)
{
	for (int i = 0; i < QUERIES; i++) {
		json_t *arguments = model_arguments(m);

		check(m, arguments);
		json_decref(arguments);
	}
}

static void compare_all(bool with_deleted)
{
	struct model *m = calloc(1, sizeof(*m));

	CHECK(m != NULL);
	srand(5 + with_deleted);
	model_init(m, with_deleted);
	compare(m);
	fixture_index(&m->f);
	compare(m);
	model_done(m);
	free(m);
}

TEST(email_queries_find_what_a_plain_evaluation_finds)
{
	compare_all(false);
}

TEST(email_queries_pass_over_what_is_deleted)
{
	compare_all(true);
}
