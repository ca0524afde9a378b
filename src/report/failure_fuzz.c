#include <stdlib.h>

#include "report/failure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What was found lies in what was read. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *first = (const char *)data;
	struct failure f;
	bool found = failure_read((slice){ first, n }, &f);
	const slice all[] = { f.kind, f.agent, f.domain, f.source, f.arrival, f.results };

	if (found != (f.kind.n > 0)) abort();
	for (size_t i = 0; i < countof(all); i++)
		if (all[i].n && (all[i].p < first || all[i].p + all[i].n > first + n))
			abort();
	return 0;
}
