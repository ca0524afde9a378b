#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <sys/random.h>

#include "base/hex.h"

void random_bytes(void *to, size_t n)
{
	char *at = to;

	while (n) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR) continue;
		assert(got > 0); /* the flags are right and the kernel has the call */
		at += got;
		n -= (size_t)got;
	}
}

uint64_t random_below(uint64_t limit)
{
	uint64_t value, spare;

	assert(limit);
	/* The values left over above the last whole multiple of limit are drawn again. */
	spare = (UINT64_MAX - limit + 1) % limit;
	do
		random_bytes(&value, sizeof(value));
	while (value > UINT64_MAX - spare);
	return value % limit;
}

bool random_add_id(struct buf *out, size_t octets)
{
	char chunk[32];

	while (octets) {
		size_t n = octets < sizeof(chunk) ? octets : sizeof(chunk);

		random_bytes(chunk, n);
		if (!hex_encode(out, (slice){ chunk, n })) return false;
		octets -= n;
	}
	return true;
}
