#include "jmap/collation.h"

#include <string.h>

#include "message/sort_key.h"

/* A text ends with NUL, which sorts before all that goes on and stands in none. */
static void add_ended(slice text, char (*map)(char), struct buf *out)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = map ? map(text.p[i]) : text.p[i];

		buf_add_char(out, c ? c : 1);
	}
	buf_add_char(out, '\0');
}

static void collate_octets(slice utf8, struct buf *out)
{
	add_ended(utf8, NULL, out);
}

static void collate_ascii(slice utf8, struct buf *out)
{
	add_ended(utf8, upper_ascii, out);
}

const struct collation collations[COLLATIONS] = {
	{ "i;unicode-casemap", sort_text_add },
	{ "i;ascii-casemap", collate_ascii },
	{ "i;octet", collate_octets },
};

collate *collation_find(const char *name)
{
	for (size_t i = 0; i < COLLATIONS; i++)
		if (!strcmp(collations[i].name, name)) return collations[i].add;
	return NULL;
}
