#include "base/utf8.h"
#include "sasl/exchange.h"

static bool has_controls(slice text)
{
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = (uint8_t)text.p[i];

		if (c < 0x20 || c == 0x7f) return true;
	}
	return false;
}

bool text_is_valid(slice text, size_t max)
{
	return text.n > 0 && text.n <= max && utf8_valid(text) && !has_controls(text);
}
