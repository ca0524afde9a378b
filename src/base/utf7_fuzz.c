#include <stdlib.h>

#include "base/utf7.h"
#include "base/utf8.h"

static void require(bool condition)
{
	if (!condition) abort();
}

/* A name has one form on each side, so what converts converts back to itself. */
static void check(slice name, bool (*there)(struct buf *, slice),
		  bool (*back)(struct buf *, slice))
{
	struct buf other, again;

	buf_init(&other, 8 * name.n + 8);
	buf_init(&again, name.n);
	if (there(&other, name)) {
		require(back(&again, buf_slice(&other)));
		require(slice_eq(buf_slice(&again), name));
	} else {
		require(other.n == 0 && !other.overflow);
	}
	buf_done(&other);
	buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice name = { (const char *)data, n };

	check(name, utf7_to_utf8, utf7_from_utf8);
	check(name, utf7_from_utf8, utf7_to_utf8);
	return 0;
}
