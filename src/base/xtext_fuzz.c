#include <stdlib.h>

#include "base/xtext.h"

static void require(bool condition)
{
	if (!condition) abort();
}

static void check_writing(slice octets)
{
	struct buf text, back;

	buf_init(&text, 3 * octets.n);
	buf_init(&back, octets.n);
	require(xtext_write(&text, octets));
	require(xtext_read(&back, buf_slice(&text)));
	require(slice_eq(buf_slice(&back), octets));
	buf_done(&text);
	buf_done(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice in = { (const char *)data, n };
	struct buf read;

	buf_init(&read, n);
	check_writing(in);
	if (xtext_read(&read, in))
		check_writing(buf_slice(&read));
	else
		require(read.n == 0);
	buf_done(&read);
	return 0;
}
