#include "mailauth/dmarc_record.h"

#include "base/test.h"

TEST(dmarc_record_policies)
{
	static const struct {
		const char *text;
		bool record, policy; /* a record of DMARC; one that says what to do */
		enum dmarc_policy p, sp, np;
	} t[] = {
		{ "v=DMARC1; p=reject", true, true, DMARC_REJECT, DMARC_REJECT,
		  DMARC_REJECT },
		{ "v=DMARC1;p=reject;sp=quarantine;", true, true, DMARC_REJECT,
		  DMARC_QUARANTINE, DMARC_QUARANTINE },
		{ "v = DMARC1 ; P = Quarantine ; np=reject", true, true, DMARC_QUARANTINE,
		  DMARC_QUARANTINE, DMARC_REJECT },
		{ "v=DMARC1; p=reject; p=none; pct=0", true, true, DMARC_REJECT,
		  DMARC_REJECT, DMARC_REJECT },
		{ "v=DMARC1; =; junk; p=reject", true, true, DMARC_REJECT, DMARC_REJECT,
		  DMARC_REJECT },
		{ "v=DMARC1", true, false, DMARC_NONE, DMARC_NONE, DMARC_NONE },
		{ "v=DMARC1; p=no", true, false, DMARC_NONE, DMARC_NONE, DMARC_NONE },
		{ "v=DMARC1; p=reject; sp=no", true, false, DMARC_NONE, DMARC_NONE,
		  DMARC_NONE },
		{ "v=DMARC1; p=reject; sp=no; rua=mailto:a@b.test", true, true,
		  DMARC_NONE, DMARC_NONE, DMARC_NONE },
		{ "v=DMARC1; rua=nonsense", true, false, DMARC_NONE, DMARC_NONE,
		  DMARC_NONE },
		{ "v=DMARC1; rua=mailto:a@b.test!10m", true, true, DMARC_NONE, DMARC_NONE,
		  DMARC_NONE },
		{ "v=dmarc1; p=reject", false, false, DMARC_NONE, DMARC_NONE,
		  DMARC_NONE },
		{ "v=DMARC12; p=reject", false, false, DMARC_NONE, DMARC_NONE,
		  DMARC_NONE },
		{ "p=reject; v=DMARC1", false, false, DMARC_NONE, DMARC_NONE,
		  DMARC_NONE },
		{ "", false, false, DMARC_NONE, DMARC_NONE, DMARC_NONE },
	};

	for (size_t i = 0; i < countof(t); i++) {
		struct dmarc_record r = { 0 };

		CHECK_INT(dmarc_record_parse(slice_of(t[i].text), &r), t[i].record);
		CHECK_INT(r.is_policy, t[i].policy);
		CHECK_INT(r.p, t[i].p);
		CHECK_INT(r.sp, t[i].sp);
		CHECK_INT(r.np, t[i].np);
	}
}

TEST(dmarc_record_other_tags)
{
	struct dmarc_record r;

	CHECK(dmarc_record_parse(S("v=DMARC1; p=none; adkim=s; aspf=S; t=y; psd=n; "
				   "fo=1:d:s; rua=mailto:a@x.test,mailto:b@x.test; "
				   "ruf=mailto:c@x.test"),
				 &r));
	CHECK(r.strict_dkim && r.strict_spf && r.testing);
	CHECK_INT(r.psd, DMARC_PSD_NO);
	CHECK_INT(r.fo, DMARC_FO_ANY | DMARC_FO_DKIM | DMARC_FO_SPF);
	CHECK_SLICE(r.rua, S("mailto:a@x.test,mailto:b@x.test"));
	CHECK_SLICE(r.ruf, S("mailto:c@x.test"));

	CHECK(dmarc_record_parse(S("v=DMARC1; p=reject; pct=0"), &r) && r.testing);
	CHECK(dmarc_record_parse(S("v=DMARC1; p=reject; pct=50"), &r) && !r.testing);

	CHECK(dmarc_record_parse(S("v=DMARC1; p=none; adkim=x; t=1; psd=x; fo=0:1"), &r));
	CHECK(!r.strict_dkim && !r.strict_spf && !r.testing && !r.has_sp);
	CHECK_INT(r.psd, DMARC_PSD_UNKNOWN);
	CHECK_INT(r.fo, DMARC_FO_ALL);
	CHECK_SLICE(dmarc_policy_name(DMARC_QUARANTINE), S("quarantine"));
}
