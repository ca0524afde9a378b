#include "base/utf8.h"
#include "sasl/exchange.h"

bool text_is_valid(slice text, size_t max)
{
	return text.n > 0 && text.n <= max && utf8_valid(text) && !has_controls(text);
}
