#include "message/mime_token.h"

#include "message/header_text.h"

static bool is_token_char(char c)
{
	const slice specials = S("()<>@,;:\\\"/[]?=");
	unsigned char u = (unsigned char)c;

	return u > ' ' && u != 0x7f && slice_find_char(specials, c) == specials.n;
}

bool take_mime_token(slice *in, slice *ret)
{
	slice s = *in;
	size_t n = 0;

	skip_cfws(&s);
	while (n < s.n && is_token_char(s.p[n]))
		n++;
	if (n == 0) return false;
	*ret = slice_head(s, n);
	*in = slice_skip(s, n);
	return true;
}

bool take_media_type(slice *in, slice *type, slice *subtype)
{
	slice s = *in, major, minor;

	if (!take_mime_token(&s, &major)) return false;
	skip_cfws(&s);
	if (!take_char(&s, '/') || !take_mime_token(&s, &minor)) return false;
	*in = s;
	*type = major;
	*subtype = minor;
	return true;
}
