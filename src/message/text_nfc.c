#include <assert.h>
#include <stdlib.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/utf8.h"
#include "message/text.h"

enum {
	UNITS_MAX = 4096, /* UTF-16 units of a name, before and after */
	GROWTH_MAX = 3,   /* what composing makes of a unit at most (UAX 15 9) */
};

static bool add_utf8(const UChar *units, int32_t n, struct buf *out)
{
	UErrorCode e = U_ZERO_ERROR;
	size_t room = (size_t)n * 3;
	char *to = buf_reserve(out, room);
	int32_t octets = 0;

	if (!to) return false;
	u_strToUTF8(to, (int32_t)room, &octets, units, n, &e);
	if (U_FAILURE(e)) return false;
	buf_commit(out, (size_t)octets);
	return true;
}

bool text_to_nfc(slice utf8, struct buf *out)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar from[UNITS_MAX], to[UNITS_MAX];
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&e);
	int32_t n = 0;

	assert(U_SUCCESS(e));
	if (is_ascii(utf8)) return buf_add(out, utf8);
	if (!utf8_valid(utf8) || utf8.n > UNITS_MAX) return false;
	u_strFromUTF8(from, countof(from), &n, utf8.p, (int32_t)utf8.n, &e);
	n = unorm2_normalize(nfc, from, n, to, countof(to), &e);
	return U_SUCCESS(e) && add_utf8(to, n, out);
}

/* units has room for all and, behind them, for GROWTH_MAX times as many. */
static void compose_units(slice utf8, UChar *units, struct buf *out)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&e);
	int32_t n = 0, composed;

	u_strFromUTF8(units, (int32_t)utf8.n, &n, utf8.p, (int32_t)utf8.n, &e);
	assert(U_SUCCESS(e));
	if (unorm2_isNormalized(nfc, units, n, &e)) {
		buf_add(out, utf8);
		return;
	}
	composed = unorm2_normalize(nfc, units, n, units + n, n * GROWTH_MAX, &e);
	assert(U_SUCCESS(e));
	add_utf8(units + n, composed, out);
}

void text_compose(slice utf8, struct buf *out)
{
	UChar *units;

	if (is_ascii(utf8)) {
		buf_add(out, utf8);
		return;
	}
	assert(utf8.n < INT32_MAX / (1 + GROWTH_MAX));
	units = malloc(utf8.n * (1 + GROWTH_MAX) * sizeof(*units));
	assert(units);
	compose_units(utf8, units, out);
	free(units);
}
