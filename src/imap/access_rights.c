#include "imap/access.h"

static const char letters[] = "lrswipkxtea"; /* by bit */

enum {
	RIGHT_C = RIGHT_CREATE | RIGHT_DELETE_MAILBOX,
	RIGHT_D = RIGHT_DELETE_MESSAGES | RIGHT_EXPUNGE,
};

static unsigned right_of(char c)
{
	if (c == 'c') return RIGHT_C;
	if (c == 'd') return RIGHT_D;
	for (unsigned i = 0; letters[i]; i++)
		if (letters[i] == c) return 1u << i;
	return 0;
}

bool take_rights(slice in, unsigned *ret)
{
	unsigned rights = 0;

	for (size_t i = 0; i < in.n; i++) {
		unsigned one = right_of(in.p[i]);

		if (!one) return false;
		rights |= one;
	}
	*ret = rights;
	return true;
}

void rights_write(struct buf *out, unsigned rights)
{
	if (!rights) buf_add(out, S("\"\""));
	for (unsigned i = 0; letters[i]; i++)
		if (rights >> i & 1) buf_add_char(out, letters[i]);
	if (rights & RIGHT_C) buf_add_char(out, 'c');
	if (rights & RIGHT_D) buf_add_char(out, 'd');
}
