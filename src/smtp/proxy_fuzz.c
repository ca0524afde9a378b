/* The PROXY header: a verdict once given stays, more octets behind it change nothing, and
 * a header that is partial is never longer than the limit. */
#include <stdlib.h>
#include <string.h>

#include "smtp/proxy.h"

static void require(bool condition)
{
	if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice all = { (const char *)data, n }, rest = all;
	struct proxy_header whole = { 0 };
	enum proxy_verdict final = proxy_take(&rest, &whole);
	size_t header = n - rest.n;

	require(final == PROXY_TAKEN ? header > 0 && header <= PROXY_MAX : header == 0);
	require(final != PROXY_PARTIAL || n < PROXY_MAX);
	for (size_t i = 0; i < n && i <= PROXY_MAX; i++) {
		slice head = slice_head(all, i);
		struct proxy_header part = { 0 };
		enum proxy_verdict verdict = proxy_take(&head, &part);

		if (verdict == PROXY_PARTIAL) continue;
		require(verdict == final);
		if (verdict == PROXY_TAKEN) {
			require(i - head.n == header);
			require(memcmp(&part, &whole, sizeof(part)) == 0);
		}
	}
	return 0;
}
