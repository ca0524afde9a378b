#include "jmap/json_bounds.h"

/* Past a string's closing quote; i is behind its opening one. */
static size_t skip_string(slice text, size_t i)
{
	while (i < text.n && text.p[i] != '"')
		i += text.p[i] == '\\' ? 2 : 1;
	return i + 1;
}

struct json_bounds json_bounds(slice text)
{
	struct json_bounds b = { .values = 1 };
	size_t depth = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '"') i = skip_string(text, i + 1) - 1;
		if (c == '[' || c == '{') depth++;
		if ((c == ']' || c == '}') && depth) depth--;
		if (c == '[' || c == '{' || c == ',') b.values++;
		if (depth > b.depth) b.depth = depth;
	}
	return b;
}
