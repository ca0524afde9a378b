#include "base/varint.h"

enum { VARINT_MAX = 10 }; /* octets of the longest: 64 bits, 7 in each */

bool buf_add_varint(struct buf *b, uint64_t value)
{
	char octets[VARINT_MAX];
	size_t n = 0;

	for (; value > 0x7f; value >>= 7)
		octets[n++] = (char)((value & 0x7f) | 0x80);
	octets[n++] = (char)value;
	return buf_add(b, (slice){ octets, n });
}

bool take_varint(slice *in, uint64_t *ret)
{
	uint64_t value = 0;

	for (size_t i = 0; i < in->n && i < VARINT_MAX; i++) {
		uint64_t group = (unsigned char)in->p[i];
		bool last = group < 0x80;

		if (i == VARINT_MAX - 1 && group > 1) return false; /* past 64 bits */
		if (last && group == 0 && i > 0) return false;      /* not the shortest */
		value |= (group & 0x7f) << 7 * i;
		if (!last) continue;
		*in = slice_skip(*in, i + 1);
		*ret = value;
		return true;
	}
	return false;
}
