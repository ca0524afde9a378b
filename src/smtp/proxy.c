#include "smtp/proxy.h"

#include <arpa/inet.h>
#include <string.h>

enum {
	V1_MAX = 107, /* octets of a line, CRLF included */
	V2_FIXED = 16,
};

static const slice signature = SLICE_INIT("\r\n\r\n\0\r\nQUIT\n");

/* ---- version 1: a line of text ---- */

/* SP address, as the family writes it and not otherwise. */
static bool take_address(slice *in, int family, struct proxy_address *ret)
{
	char text[INET6_ADDRSTRLEN];
	slice word;

	if (!take_char(in, ' ') || !take_word(in, &word) || word.n >= sizeof(text))
		return false;
	memcpy(text, word.p, word.n);
	text[word.n] = '\0';
	return slice_find_char(word, '\0') == word.n &&
	       inet_pton(family, text, ret->octets) == 1;
}

/* SP port: 0 to 65535 without leading zeros. */
static bool take_port(slice *in, uint16_t *ret)
{
	slice word;
	uint32_t port;

	if (!take_char(in, ' ') || !take_word(in, &word)) return false;
	if (word.n > 5 || (word.n > 1 && word.p[0] == '0')) return false;
	if (!take_u32(&word, &port) || word.n || port > UINT16_MAX) return false;
	*ret = (uint16_t)port;
	return true;
}

static bool take_line_addresses(slice line, int family, struct proxy_header *ret)
{
	ret->kind = family == AF_INET ? PROXY_IPV4 : PROXY_IPV6;
	return take_address(&line, family, &ret->source) &&
	       take_address(&line, family, &ret->destination) &&
	       take_port(&line, &ret->source.port) &&
	       take_port(&line, &ret->destination.port) && line.n == 0;
}

static bool take_fields(slice line, struct proxy_header *ret)
{
	if (take_literal(&line, S("PROXY TCP4")))
		return take_line_addresses(line, AF_INET, ret);
	if (take_literal(&line, S("PROXY TCP6")))
		return take_line_addresses(line, AF_INET6, ret);
	return take_literal(&line, S("PROXY UNKNOWN")) &&
	       (line.n == 0 || line.p[0] == ' ');
}

static enum proxy_verdict take_v1(slice *in, struct proxy_header *ret)
{
	slice head = slice_head(*in, V1_MAX), line;
	size_t lf = slice_find_char(head, '\n');

	if (lf == head.n) return head.n < V1_MAX ? PROXY_PARTIAL : PROXY_MALFORMED;
	if (!take_line(&head, &line) || line.n + 1 != lf || !take_fields(line, ret))
		return PROXY_MALFORMED;
	*in = slice_skip(*in, lf + 1);
	return PROXY_TAKEN;
}

/* ---- version 2: octets ---- */

static uint16_t two_octets(const char *p)
{
	return (uint16_t)((unsigned char)p[0] << 8 | (unsigned char)p[1]);
}

/* Both addresses, then both ports. */
static bool copy_addresses(slice body, size_t size, struct proxy_header *ret)
{
	if (body.n < 2 * size + 4) return false;
	memcpy(ret->source.octets, body.p, size);
	memcpy(ret->destination.octets, body.p + size, size);
	ret->source.port = two_octets(body.p + 2 * size);
	ret->destination.port = two_octets(body.p + 2 * size + 2);
	ret->kind = size == 4 ? PROXY_IPV4 : PROXY_IPV6;
	return true;
}

/* Only TCP can be what came in; other transports and families are not told to us. */
static bool take_body(unsigned char command, unsigned char transport, slice body,
		      struct proxy_header *ret)
{
	if (command == 0x20) return true; /* LOCAL */
	if (command != 0x21) return false;
	switch (transport) {
	case 0x11:
		return copy_addresses(body, 4, ret);
	case 0x21:
		return copy_addresses(body, 16, ret);
	default:
		return transport >> 4 <= 3 && (transport & 15) <= 2;
	}
}

static enum proxy_verdict take_v2(slice *in, struct proxy_header *ret)
{
	slice body;
	size_t size;

	if (in->n < V2_FIXED) return PROXY_PARTIAL;
	size = two_octets(in->p + 14);
	if (size > PROXY_MAX - V2_FIXED) return PROXY_MALFORMED;
	body = slice_head(slice_skip(*in, V2_FIXED), size);
	if (body.n < size) return PROXY_PARTIAL;
	if (!take_body((unsigned char)in->p[12], (unsigned char)in->p[13], body, ret))
		return PROXY_MALFORMED;
	*in = slice_skip(*in, V2_FIXED + size);
	return PROXY_TAKEN;
}

/* As far as there is something of both, they are equal. */
static bool may_start_with(slice in, slice start)
{
	return slice_eq(slice_head(in, start.n), slice_head(start, in.n));
}

enum proxy_verdict proxy_take(slice *in, struct proxy_header *ret)
{
	struct proxy_header got = { 0 };
	enum proxy_verdict verdict = PROXY_MALFORMED;

	if (may_start_with(*in, signature))
		verdict = take_v2(in, &got);
	else if (may_start_with(*in, S("PROXY ")))
		verdict = take_v1(in, &got);
	if (verdict == PROXY_TAKEN) *ret = got;
	return verdict;
}
