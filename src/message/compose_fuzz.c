/* Whatever text and file are composed, they are read back as they were. */
#include "message/compose_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice in = { (const char *)data, n }, text;
	static const slice types[] = { SLICE_INIT("text"), SLICE_INIT("image"),
				       SLICE_INIT("message") };
	size_t step;

	if (n < 2) return 0;
	step = 1 + data[0] % 64u;
	in = slice_skip(in, 2);
	if (!take_until(&in, '\0', &text)) text = in;
	check_two(text, in, types[data[1] % countof(types)], step);
	return 0;
}
