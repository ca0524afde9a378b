#include "imap/imap_url.h"

#include <string.h>

#include "base/hex.h"

enum { SECTION_MAX = 64 * 1024 }; /* octets */

/* bchar (RFC 5092 11), a percent sign for itself. */
static bool is_url_char(char c)
{
	return is_alpha(c) || is_digit(c) || (c && strchr("-._~!$'()*+,&=:@/%", c));
}

static bool take_encoded(slice *in, slice *ret)
{
	size_t n = 0;

	while (n < in->n && is_url_char(in->p[n]))
		n++;
	*ret = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return n;
}

static bool decode(slice encoded, struct arena *arena, slice *ret)
{
	struct buf octets;
	bool ok;

	buf_init(&octets, SECTION_MAX);
	ok = percent_decode(encoded, &octets) &&
	     arena_copy(arena, buf_slice(&octets), ret);
	buf_done(&octets);
	return ok;
}

static bool take_nz_number(slice *in, uint32_t *ret)
{
	return take_u32(in, ret) && *ret;
}

/* "/" before the next parameter belongs to neither. */
static bool drop_slash(slice *text, bool is_needed)
{
	if (!text->n || text->p[text->n - 1] != '/') return !is_needed;
	text->n--;
	return true;
}

/* imailbox-ref iuid */
static bool take_message(slice *in, struct arena *arena, struct imap_url *u)
{
	bool has_validity;
	slice mailbox;

	if (!take_char(in, '/') || !take_encoded(in, &mailbox)) return false;
	has_validity = take_literal_nocase(in, S(";UIDVALIDITY="));
	if (has_validity &&
	    (!take_nz_number(in, &u->uid_validity) || !take_char(in, '/')))
		return false;
	if (!has_validity && !drop_slash(&mailbox, true)) return false;
	return mailbox.n && mailbox.p[0] != '/' && decode(mailbox, arena, &u->mailbox) &&
	       take_literal_nocase(in, S(";UID=")) && take_nz_number(in, &u->uid);
}

/* The section stands in the URL without its brackets. */
static bool read_section(slice encoded, struct arena *arena, struct section *ret)
{
	slice inside, in;
	struct buf text;
	bool ok;

	if (!decode(encoded, arena, &inside)) return false;
	buf_init(&text, SECTION_MAX + 2);
	buf_addf(&text, "[%.*s]", FMT(inside));
	ok = arena_copy(arena, buf_slice(&text), &in);
	buf_done(&text);
	return ok && take_section(&in, arena, ret) && !in.n;
}

static bool take_part(slice *in, struct arena *arena, struct imap_url *u)
{
	slice section;

	if (!take_literal_nocase(in, S("/;SECTION="))) return true;
	if (!take_encoded(in, &section)) return false;
	if (in->n && !drop_slash(&section, true)) return false;
	if (in->n) *in = (slice){ in->p - 1, in->n + 1 }; /* the slash again */
	return read_section(section, arena, &u->section);
}

static bool take_range(slice *in, struct imap_url *u)
{
	u->octets = UINT64_MAX;
	if (!take_literal_nocase(in, S("/;PARTIAL="))) return true;
	if (!take_u64(in, &u->offset)) return false;
	return !take_char(in, '.') || (take_u64(in, &u->octets) && u->octets);
}

bool imap_url_parse(slice url, struct arena *arena, struct imap_url *ret)
{
	struct imap_url u = { 0 };

	if (!take_message(&url, arena, &u) || !take_part(&url, arena, &u) ||
	    !take_range(&url, &u) || url.n)
		return false;
	*ret = u;
	return true;
}
