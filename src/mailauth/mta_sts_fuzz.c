/* A policy that is taken has mx patterns of the grammar, and allows the hosts that they
 * name; a refused one changes nothing. */
#include <stdlib.h>

#include "mailauth/mta_sts.h"
#include "mailauth/name.h"
#include "mailauth/tls_rpt.h"

static void check(bool ok)
{
	if (!ok) abort();
}

static void check_policy(const struct mta_sts_policy *p)
{
	slice rest = p->text, mx;
	bool any = false;

	check(p->mode <= MTA_STS_ENFORCE && p->max_age_seconds <= MTA_STS_MAX_AGE_MAX);
	for (int i = 0; i < 100 && mta_sts_take_mx(&rest, &mx); i++) {
		any = true;
		check(mta_sts_allows(p, mx)); /* "*" is as good as any label */
		check(!slice_starts(mx, S("*.")) ||
		      name_is_valid(slice_skip(mx, sizeof("*.") - 1)));
	}
	check(any || p->mode == MTA_STS_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n }, id, rua;
	const struct dns_record record = { .data = text };
	const struct dns_answer txt = { .records = &record, .count = 1 };
	struct mta_sts_policy p = { .max_age_seconds = UINT32_MAX };

	if (mta_sts_policy_parse(text, &p))
		check_policy(&p);
	else
		check(p.max_age_seconds == UINT32_MAX);
	if (mta_sts_find_id(&txt, &id)) check(id.n > 0 && id.n <= MTA_STS_ID_MAX);
	if (tls_rpt_find_rua(&txt, &rua)) check(rua.n > 0);
	return 0;
}
