/* A surrogate is ASCII, bounded, and still one header section: nothing in it ends it. */
#include "pop3/surrogate.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "pop3/transfer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice header = header_section((slice){ (const char *)data, n });
	struct buf out;

	buf_init(&out, SURROGATE_MAX);
	surrogate_header(header, &out);
	if (!is_ascii(buf_slice(&out))) abort();
	if (header_section(buf_slice(&out)).n != out.n) abort();
	buf_done(&out);
	return 0;
}
