#include <stdlib.h>

#include "report/unpack.h"

enum { MOST = 64 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Never more than out holds; what we pack can be unpacked. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice in = { (const char *)data, n };
	struct buf out, packed;

	buf_init(&out, MOST);
	buf_init(&packed, 2 * MOST);
	(void)!report_unpack(in, &out);
	if (out.n > MOST) abort();
	buf_reset(&out);
	if (n <= MOST &&
	    (!gzip_pack(in, &packed) || report_unpack(buf_slice(&packed), &out) ||
	     !slice_eq(buf_slice(&out), in)))
		abort();
	buf_done(&out);
	buf_done(&packed);
	return 0;
}
