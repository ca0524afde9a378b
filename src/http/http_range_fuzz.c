/* Whatever is asked, a part lies within the content and is not empty. */
#include <stdlib.h>

#include "http/range.h"

static void check(const struct http_range *r, uint64_t size)
{
	uint64_t first, count;

	if (http_range_of(r, size, &first, &count) != HTTP_RANGE_PART) return;
	if (!count || first >= size || count > size - first) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct http_range r;

	http_range_parse((slice){ (const char *)data, n }, &r);
	for (uint64_t size = 0; size < 4; size++)
		check(&r, size);
	check(&r, 10'000);
	check(&r, UINT64_MAX);
	return 0;
}
