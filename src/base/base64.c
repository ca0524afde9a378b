#include "base/base64.h"

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { NONE = 0xff };

/* clang-format off */
static const uint8_t values[128] = { /* of a character; NONE outside the alphabet */
	NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
	NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
	NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
	NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
	NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, /* SP ! " # ... */
	NONE, NONE, NONE, 62,   NONE, NONE, NONE, 63,   /* ... + , - . / */
	52,   53,   54,   55,   56,   57,   58,   59,   /* 0 */
	60,   61,   NONE, NONE, NONE, NONE, NONE, NONE, /* 8 */
	NONE, 0,    1,    2,    3,    4,    5,    6,    /* @ A */
	7,    8,    9,    10,   11,   12,   13,   14,   /* H */
	15,   16,   17,   18,   19,   20,   21,   22,   /* P */
	23,   24,   25,   NONE, NONE, NONE, NONE, NONE, /* X */
	NONE, 26,   27,   28,   29,   30,   31,   32,   /* ` a */
	33,   34,   35,   36,   37,   38,   39,   40,   /* h */
	41,   42,   43,   44,   45,   46,   47,   48,   /* p */
	49,   50,   51,   NONE, NONE, NONE, NONE, NONE, /* x */
};
/* clang-format on */

static uint8_t value_of(char c)
{
	unsigned char u = (unsigned char)c;

	return u < countof(values) ? values[u] : NONE;
}

static uint32_t octet(slice s, size_t i)
{
	return i < s.n ? (unsigned char)s.p[i] : 0;
}

/* Writes base64_size(bytes.n) characters. */
static char *encode_to(char *to, slice bytes)
{
	for (size_t i = 0; i < bytes.n; i += 3) {
		uint32_t three = octet(bytes, i) << 16 | octet(bytes, i + 1) << 8 |
				 octet(bytes, i + 2);

		*to++ = alphabet[three >> 18];
		*to++ = alphabet[three >> 12 & 63];
		*to++ = i + 1 < bytes.n ? alphabet[three >> 6 & 63] : '=';
		*to++ = i + 2 < bytes.n ? alphabet[three & 63] : '=';
	}
	return to;
}

bool base64_encode(struct buf *out, slice bytes)
{
	size_t size = base64_size(bytes.n);
	char *to = buf_reserve(out, size);

	if (!to) return false;
	encode_to(to, bytes);
	buf_commit(out, size);
	return true;
}

static char url_character(char c)
{
	return c == '+' ? '-' : c == '/' ? '_' : c;
}

bool base64url_encode(struct buf *out, slice bytes)
{
	size_t start = out->n;
	char *at;

	if (!base64_encode(out, bytes)) return false;
	if (bytes.n % 3) buf_truncate(out, out->n - (3 - bytes.n % 3));
	at = out->p + out->start;
	for (size_t i = start; i < out->n; i++)
		at[i] = url_character(at[i]);
	return true;
}

bool base64_encode_lines(struct buf *out, slice bytes)
{
	size_t lines = (bytes.n + BASE64_LINE_OCTETS - 1) / BASE64_LINE_OCTETS;
	size_t size = base64_size(bytes.n) + 2 * lines;
	char *to = buf_reserve(out, size);

	if (!to) return false;
	for (; bytes.n; bytes = slice_skip(bytes, BASE64_LINE_OCTETS)) {
		to = encode_to(to, slice_head(bytes, BASE64_LINE_OCTETS));
		*to++ = '\r';
		*to++ = '\n';
	}
	buf_commit(out, size);
	return true;
}

/* One whole quantum without padding. */
static bool decode_four(const char *from, char *to)
{
	uint8_t a = value_of(from[0]), b = value_of(from[1]);
	uint8_t c = value_of(from[2]), d = value_of(from[3]);

	if ((a | b | c | d) & 0x80) return false; /* only NONE has that bit */
	to[0] = (char)(a << 2 | b >> 4);
	to[1] = (char)(b << 4 | c >> 2);
	to[2] = (char)(c << 6 | d);
	return true;
}

/* The last quantum, which may be padded; the bits that padding cuts off must be zero, so
 * that every text has one encoding only (RFC 4648 3.5). */
static bool decode_last(const char *from, char *to, size_t *ret_octets)
{
	size_t octets = from[3] != '=' ? 3 : from[2] != '=' ? 2 : 1;
	char whole[4] = { from[0], from[1], from[2], from[3] };
	char got[3];

	for (size_t i = octets + 1; i < 4; i++)
		whole[i] = 'A';
	if (!decode_four(whole, got)) return false;
	for (size_t i = octets; i < 3; i++)
		if (got[i]) return false;
	for (size_t i = 0; i < octets; i++)
		to[i] = got[i];
	*ret_octets = octets;
	return true;
}

bool base64_decode(struct buf *out, slice text)
{
	size_t last = 0;
	size_t whole = text.n / 4;
	char *to;

	if (text.n % 4) return false;
	if (text.n == 0) return true;
	to = buf_reserve(out, whole * 3);
	if (!to) return false;
	for (size_t i = 0; i + 1 < whole; i++)
		if (!decode_four(text.p + 4 * i, to + 3 * i)) return false;
	if (!decode_last(text.p + text.n - 4, to + 3 * (whole - 1), &last)) return false;
	buf_commit(out, 3 * (whole - 1) + last);
	return true;
}

bool base64url_decode(struct buf *out, slice text)
{
	struct buf plain;
	bool good = true;

	buf_init(&plain, base64_size(text.n));
	for (size_t i = 0; i < text.n && good; i++) {
		char c = text.p[i];

		good = c != '+' && c != '/' && c != '=';
		buf_add_char(&plain, c == '-' ? '+' : c == '_' ? '/' : c);
	}
	while (plain.n % 4 > 1)
		buf_add_char(&plain, '=');
	good = good && base64_decode(out, buf_slice(&plain));
	buf_wipe(&plain);
	return good;
}

/* Adds the whole octets of an open quantum to at. */
static char *close_quantum(struct base64_decoder *d, char *at)
{
	uint32_t bits = d->bits << 6 * (4 - d->pending);

	if (d->pending >= 2) *at++ = (char)(bits >> 16);
	if (d->pending >= 3) *at++ = (char)(bits >> 8);
	if (d->pending >= 4) *at++ = (char)bits;
	d->bits = 0;
	d->pending = 0;
	return at;
}

static char *decode_char(struct base64_decoder *d, char c, char *at)
{
	uint8_t value = value_of(c);

	if (c == '=' && d->pending >= 2) {
		d->ended = true;
		return close_quantum(d, at);
	}
	if (value == NONE) return at;
	d->bits = d->bits << 6 | value;
	return ++d->pending == 4 ? close_quantum(d, at) : at;
}

bool base64_decoder_feed(struct base64_decoder *d, slice chunk, struct buf *out)
{
	char *start = buf_reserve(out, chunk.n / 4 * 3 + 3);
	char *at = start;
	size_t i = 0;

	if (!start) return false;
	while (i < chunk.n && !d->ended) {
		if (d->pending == 0 && chunk.n - i >= 4 && decode_four(chunk.p + i, at)) {
			at += 3;
			i += 4;
		} else {
			at = decode_char(d, chunk.p[i++], at);
		}
	}
	buf_commit(out, (size_t)(at - start));
	return true;
}

bool base64_decoder_end(struct base64_decoder *d, struct buf *out)
{
	char rest[3];
	char *end = close_quantum(d, rest);

	d->ended = false;
	return buf_add(out, (slice){ rest, (size_t)(end - rest) });
}
