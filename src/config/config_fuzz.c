#include "config/config.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A configuration is either whole or has at least one named fault. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf faults;

	buf_init(&faults, 1 << 20);
	struct config *c =
		config_parse((slice){ (const char *)data, n }, "fuzz", &faults);
	if (c && (faults.n || !c->hostname.n)) abort();
	if (!c && !faults.n && !faults.overflow) abort();
	config_free(c);
	buf_done(&faults);
	return 0;
}
