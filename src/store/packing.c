#include "store/packing.h"

#include <assert.h>
#include <stdlib.h>
#include <zstd.h>

enum {
	PACK_MIN = 512, /* octets: smaller ones gain less than a page */
	PACK_LEVEL = 1,
	SAVING_MIN = 20, /* per cent, else the time to unpack is not worth it */
};

char *pack(slice octets, size_t *ret_size)
{
	size_t room = octets.n / 100 * (100 - SAVING_MIN), n;
	char *packed;

	if (octets.n < PACK_MIN) return NULL;
	packed = malloc(room);
	assert(packed);
	n = ZSTD_compress(packed, room, octets.p, octets.n, PACK_LEVEL);
	if (ZSTD_isError(n)) { /* no room: it saves too little */
		free(packed);
		return NULL;
	}
	*ret_size = n;
	return packed;
}

bool unpack(slice packed, char *into, size_t n)
{
	return ZSTD_decompress(into, n, packed.p, packed.n) == n;
}
