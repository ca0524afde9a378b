/* Whatever becomes 7-bit has the same parts with the same contents. */
#include "message/seven_bit_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf out;

	buf_init(&out, 64 * 1024 * 1024);
	(void)check_seven_bit((slice){ (const char *)data, n }, &out);
	buf_done(&out);
	return 0;
}
