/* What is sent on comes back as it was, from any local part and domain; what nobody has
 * signed never does. */
#include <stdlib.h>

#include "mailauth/srs.h"

static void check(bool ok)
{
	if (!ok) abort();
}

static const slice key = SLICE_INIT("fuzz"), other = SLICE_INIT("another");

static void check_return(slice local, slice domain, slice sent)
{
	const struct srs_keys keys = { &key, 1 }, others = { &other, 1 };
	struct buf got_local, got_domain;

	buf_init(&got_local, SRS_LOCAL_MAX);
	buf_init(&got_domain, SRS_LOCAL_MAX);
	check(srs_reverse(&others, sent, 0, &got_local, &got_domain) == SRS_FORGED);
	check(got_local.n == 0 && got_domain.n == 0);
	check(srs_reverse(&keys, sent, 0, &got_local, &got_domain) == SRS_OK);
	if (slice_starts(sent, S("SRS0"))) {
		check(slice_eq(buf_slice(&got_local), local));
		check(slice_eq(buf_slice(&got_domain), domain));
	} else {
		check(slice_starts(buf_slice(&got_local), S("SRS0")));
		check(got_domain.n > 0);
	}
	buf_done(&got_local);
	buf_done(&got_domain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct srs_keys keys = { &key, 1 };
	slice domain, local = { (const char *)data, n };
	struct buf sent;

	if (!take_until(&local, '\n', &domain)) return 0;
	buf_init(&sent, SRS_LOCAL_MAX);
	if (srs_forward(&keys, local, domain, 0, &sent))
		check_return(local, domain, buf_slice(&sent));
	else
		check(sent.n == 0);
	buf_done(&sent);
	return 0;
}
