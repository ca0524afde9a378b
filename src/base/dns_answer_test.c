#include "base/dns_answer.h"
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
