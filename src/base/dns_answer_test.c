#include "base/dns_answer.h"

#include <stdlib.h>

#include "base/test.h"

TEST(dns_answers_are_found_whatever_their_case)
{
	const struct dns_record records[] = { { 10, S("mx.example.org") },
					      { 20, S("") } };
	const struct dns_answer mx = { .status = DNS_FOUND,
				       .records = records,
				       .count = 2 };
	struct dns_answers a;

	dns_answers_init(&a);
	CHECK(dns_answers_add(&a, (struct dns_question){ DNS_MX, S("Example.ORG") },
			      &mx));
	const struct dns_answer *got =
		dns_answers_find(&a, (struct dns_question){ DNS_MX, S("example.org") });
	CHECK(got && got->count == 2 && !got->truncated);
	CHECK_SLICE(got->records[0].data, S("mx.example.org"));
	CHECK(got->records[0].data.p != records[0].data.p);
	CHECK(!dns_answers_find(&a, (struct dns_question){ DNS_TXT, S("example.org") }));
	dns_answers_done(&a);
}

TEST(dns_answers_keep_a_bounded_number_of_records)
{
	static struct dns_record many[DNS_RECORDS_MAX + 1];
	const struct dns_answer big = { .status = DNS_FOUND,
					.records = many,
					.count = countof(many) };
	struct dns_answers a;

	dns_answers_init(&a);
	CHECK(dns_answers_add(&a, (struct dns_question){ DNS_A, S("a.test") }, &big));
	const struct dns_answer *got =
		dns_answers_find(&a, (struct dns_question){ DNS_A, S("a.test") });
	CHECK_INT(got->count, DNS_RECORDS_MAX);
	CHECK(got->truncated);
	dns_answers_done(&a);
}

TEST(dns_answer_clone_owns_all_of_it)
{
	char host[] = "mx.example.org", name[] = "www.example.org";
	const struct dns_record record = { 10, slice_of(host) };
	const struct dns_answer a = { .status = DNS_FOUND,
				      .secure = true,
				      .ttl = 60,
				      .canonical = slice_of(name),
				      .records = &record,
				      .count = 1 };
	struct dns_answer *copy = dns_answer_clone(&a);

	CHECK_INT(dns_answer_octets(&a),
		  sizeof(a) + sizeof(record) + sizeof(host) - 1 + sizeof(name) - 1);
	host[0] = name[0] = 'x';
	CHECK(copy->secure && copy->ttl == 60 && copy->count == 1);
	CHECK_INT(copy->records[0].preference, 10);
	CHECK_SLICE(copy->records[0].data, S("mx.example.org"));
	CHECK_SLICE(copy->canonical, S("www.example.org"));
	free(copy);
}
