#include "mailauth/mta_sts.h"

#include "base/test.h"

static bool find_id(const char *first, const char *second, slice *ret)
{
	const struct dns_record records[] = {
		{ .data = slice_of(first) },
		{ .data = slice_of(second) },
	};
	const struct dns_answer txt = { .status = DNS_FOUND,
					.records = records,
					.count = countof(records) };

	return mta_sts_find_id(&txt, ret);
}

TEST(mta_sts_records)
{
	slice id;

	CHECK(find_id("v=STSv1; id=20160831085700Z;", "other", &id));
	CHECK_SLICE(id, S("20160831085700Z"));
	CHECK(find_id("v=STSv1;x.1-y=z; id=a;id=b", "v=STSv2; id=c;", &id));
	CHECK_SLICE(id, S("a"));
	CHECK(!find_id("v=STSv1; id=a;", "v=STSv1; id=a;", &id));
	CHECK(!find_id("v=STSv1;", "", &id));
	CHECK(!find_id("v=STSv1; id=a b;", "", &id));
	CHECK(!find_id("v=STSv1; id=;", "", &id));
	CHECK(!find_id("v=STSv1; id=123456789012345678901234567890123;", "", &id));
	CHECK(!find_id("v=STSv1; id=a; junk", "", &id));
	CHECK(!find_id("id=a; v=STSv1;", "", &id));
}

static const char example[] =
	"version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\n"
	"mx: *.example.net\r\nmx: backupmx.example.com\r\n"
	"max_age: 604800\r\n"; /* RFC 8461 3.2 */

TEST(mta_sts_policy_example)
{
	struct mta_sts_policy p;
	slice rest, mx;

	CHECK(mta_sts_policy_parse(slice_of(example), &p));
	CHECK_INT(p.mode, MTA_STS_ENFORCE);
	CHECK_INT(p.max_age_seconds, 604800);
	CHECK(mta_sts_allows(&p, S("Mail.example.com")));
	CHECK(mta_sts_allows(&p, S("a.example.net")));
	CHECK(!mta_sts_allows(&p, S("example.net")));
	CHECK(!mta_sts_allows(&p, S("a.b.example.net")));
	CHECK(!mta_sts_allows(&p, S("example.com")));
	CHECK(!mta_sts_allows(&p, S("")));
	rest = p.text;
	CHECK(mta_sts_take_mx(&rest, &mx));
	CHECK_SLICE(mx, S("mail.example.com"));
}

TEST(mta_sts_policy_syntax)
{
	static const struct {
		const char *text;
		bool ok;
	} t[] = {
		{ "version:STSv1\nmode:none\nmax_age:0", true },
		{ "max_age: 9999999999\nx-y.z: caf\xc3\xa9\nmode: testing \nmx: a.test\n"
		  "version: STSv1\n\n",
		  true },
		{ "version: STSv1\nversion: STSv2\nmode: none\nmode: x\nmax_age: 1",
		  true },
		{ "version: STSv1\nmode: enforce\nmax_age: 1", false },
		{ "version: STSv1\nmode: Enforce\nmx: a.test\nmax_age: 1", false },
		{ "version: STSv1\nmode: enforce\nmx: a.*.test\nmax_age: 1", false },
		{ "version: STSv1\nmode: enforce\nmx: *\nmax_age: 1", false },
		{ "version: STSv1\nmode: none\nmax_age: -1", false },
		{ "version: STSv1\nmode: none\nmax_age: 12345678901", false },
		{ "version: STSv1\nmode: none\nmax_age: 1\njunk", false },
		{ "version: STSv1\nmode: none\nmax_age: 1\nx:", false },
		{ "mode: none\nmax_age: 1", false },
		{ "", false },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct mta_sts_policy p;

		CHECK_INT(mta_sts_policy_parse(slice_of(t[i].text), &p), t[i].ok);
		if (t[i].ok) CHECK(p.max_age_seconds <= MTA_STS_MAX_AGE_MAX);
	}
}
