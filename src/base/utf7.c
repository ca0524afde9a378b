#include "base/utf7.h"

#include "base/utf8.h"

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

enum { SURROGATE_HIGH = 0xd800, SURROGATE_LOW = 0xdc00, SURROGATE_END = 0xe000 };

static bool is_printable(uint32_t c)
{
	return c >= ' ' && c <= '~';
}

/* Bits waiting to be cut into units of another width. */
struct bits {
	uint32_t held;
	unsigned n;
};

static bool take_unit(slice *run, struct bits *b, uint32_t *ret)
{
	while (b->n < 16) {
		size_t value =
			run->n ? slice_find_char(slice_of(alphabet), run->p[0]) : 64;

		if (value >= 64) return false;
		*run = slice_skip(*run, 1);
		b->held = (b->held << 6 | (uint32_t)value) & 0x3fffff;
		b->n += 6;
	}
	b->n -= 16;
	*ret = b->held >> b->n & 0xffff;
	return true;
}

/* One code point of UTF-16. */
static bool take_utf16(slice *run, struct bits *b, uint32_t *ret)
{
	uint32_t high, low;

	if (!take_unit(run, b, &high)) return false;
	*ret = high;
	if (is_code_point(high)) return true;
	if (high >= SURROGATE_LOW || !take_unit(run, b, &low)) return false;
	if (low < SURROGATE_LOW || low >= SURROGATE_END) return false;
	*ret = 0x10000 + ((high - SURROGATE_HIGH) << 10) + (low - SURROGATE_LOW);
	return true;
}

/* What stood between "&" and "-". */
static bool decode_run(struct buf *out, slice run)
{
	struct bits b = { 0 };
	uint32_t c;

	while (run.n) {
		if (!take_utf16(&run, &b, &c) || is_printable(c)) return false;
		if (!buf_add_code_point(out, c)) return false;
	}
	return b.n < 6 && (b.held & ((1u << b.n) - 1)) == 0;
}

static bool decode_all(struct buf *out, slice name)
{
	bool after_run = false;
	slice run;

	while (name.n) {
		char c = name.p[0];

		if (!is_printable((unsigned char)c)) return false;
		name = slice_skip(name, 1);
		if (c != '&') {
			if (!buf_add_char(out, c)) return false;
			after_run = false;
			continue;
		}
		if (!take_until(&name, '-', &run)) return false;
		if (run.n == 0 ? !buf_add_char(out, '&')
			       : after_run || !decode_run(out, run))
			return false;
		after_run = run.n;
	}
	return true;
}

bool utf7_to_utf8(struct buf *out, slice name)
{
	size_t had = out->n;
	bool good = decode_all(out, name);

	if (!good) buf_truncate(out, had);
	return good;
}

static bool add_unit(struct buf *out, struct bits *b, uint32_t unit)
{
	b->held = b->held << 16 | unit;
	for (b->n += 16; b->n >= 6; b->n -= 6)
		if (!buf_add_char(out, alphabet[b->held >> (b->n - 6) & 63]))
			return false;
	return true;
}

static bool add_utf16(struct buf *out, struct bits *b, uint32_t c)
{
	if (c < 0x10000) return add_unit(out, b, c);
	c -= 0x10000;
	return add_unit(out, b, SURROGATE_HIGH + (c >> 10)) &&
	       add_unit(out, b, SURROGATE_LOW + (c & 0x3ff));
}

/* Everything up to the next printable ASCII, from "&" to "-". */
static bool encode_run(struct buf *out, slice *name)
{
	struct bits b = { 0 };
	uint32_t c;

	if (!buf_add_char(out, '&')) return false;
	while (name->n && !is_printable((unsigned char)name->p[0]))
		if (!take_code_point(name, &c) || !add_utf16(out, &b, c)) return false;
	if (b.n && !buf_add_char(out, alphabet[b.held << (6 - b.n) & 63])) return false;
	return buf_add_char(out, '-');
}

static bool encode_all(struct buf *out, slice name)
{
	while (name.n) {
		if (!is_printable((unsigned char)name.p[0])) {
			if (!encode_run(out, &name)) return false;
			continue;
		}
		if (!buf_add_char(out, name.p[0])) return false;
		if (name.p[0] == '&' && !buf_add_char(out, '-')) return false;
		name = slice_skip(name, 1);
	}
	return true;
}

bool utf7_from_utf8(struct buf *out, slice name)
{
	size_t had = out->n;
	bool good = encode_all(out, name);

	if (!good) buf_truncate(out, had);
	return good;
}
