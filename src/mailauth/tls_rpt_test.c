#include "mailauth/tls_rpt.h"

#include "base/test.h"

static bool find(const char *text, slice *ret)
{
	const struct dns_record record = { .data = slice_of(text) };
	const struct dns_answer txt = { .status = DNS_FOUND,
					.records = &record,
					.count = 1 };

	return tls_rpt_find_rua(&txt, ret);
}

TEST(tls_rpt_records)
{
	slice rua;

	CHECK(find("v=TLSRPTv1;rua=mailto:reports@example.com", &rua));
	CHECK_SLICE(rua, S("mailto:reports@example.com"));
	CHECK(find("v=TLSRPTv1; x=y; rua=https://a.test/v1/tlsrpt, mailto:b@a.test ;",
		   &rua));
	CHECK_SLICE(rua, S("https://a.test/v1/tlsrpt, mailto:b@a.test"));
	CHECK(!find("v=TLSRPTv1;", &rua));
	CHECK(!find("v=TLSRPTv1; rua=nonsense", &rua));
	CHECK(!find("v=TLSRPTv2; rua=mailto:a@b.test", &rua));
}
