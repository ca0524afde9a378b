#include "sasl/bearer_message.h"

#include "sasl/scram_message.h"

#define SEPARATOR '\x01'

bool bearer_is_token(slice text)
{
	static const slice others = SLICE_INIT("-._~+/");
	size_t n = text.n, i = 0;

	while (n && text.p[n - 1] == '=')
		n--;
	while (i < n && (is_alpha(text.p[i]) || is_digit(text.p[i]) ||
			 slice_find_char(others, text.p[i]) < others.n))
		i++;
	return n > 0 && i == n;
}

/* "Bearer" 1*SP token; of anything else there is none (RFC 7628 4: in any case). */
static slice token_of(slice credentials)
{
	if (!take_literal_nocase(&credentials, S("Bearer "))) return S("");
	while (take_char(&credentials, ' '))
		;
	return bearer_is_token(credentials) ? credentials : S("");
}

static bool is_key(slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_alpha(text.p[i])) return false;
	return text.n > 0;
}

/* VCHAR, SP, HTAB, CR, LF; beyond them UTF-8, for names. */
static bool is_value(slice text)
{
	static const slice blanks = SLICE_INIT("\t\r\n");

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		bool is_control = (unsigned char)c < ' ' || c == 0x7f;

		if (is_control && slice_find_char(blanks, c) == blanks.n) return false;
	}
	return true;
}

static bool take_pair(slice *in, slice *ret_key, slice *ret_value)
{
	if (!take_until(in, SEPARATOR, ret_value) || !take_until(ret_value, '=', ret_key))
		return false;
	return is_key(*ret_key) && is_value(*ret_value);
}

/* The pairs up to the separator that ends them all: those named by keys, once each. */
static bool read_pairs(slice in, const slice keys[static 2], slice values[static 2])
{
	bool seen[2] = { false, false };
	slice key, value;

	while (in.n > 0 && in.p[0] != SEPARATOR) {
		if (!take_pair(&in, &key, &value)) return false;
		for (size_t i = 0; i < 2; i++) {
			if (!slice_eq_nocase(key, keys[i])) continue;
			if (seen[i]) return false;
			seen[i] = true;
			values[i] = value;
		}
	}
	return take_char(&in, SEPARATOR) && in.n == 0 && seen[0];
}

bool bearer_read_oauth(slice message, struct bearer_message *ret)
{
	static const slice keys[] = { SLICE_INIT("auth"), SLICE_INIT("") };
	slice values[2];
	struct scram_gs2 gs2;

	/* It binds no channel: who says so, means another mechanism. */
	if (!scram_take_gs2(&message, &gs2) || gs2.flag == 'p' ||
	    !take_char(&message, SEPARATOR) || !read_pairs(message, keys, values))
		return false;
	*ret = (struct bearer_message){ gs2.authorization, token_of(values[0]) };
	return true;
}

bool bearer_read_xoauth2(slice message, struct bearer_message *ret)
{
	static const slice keys[] = { SLICE_INIT("auth"), SLICE_INIT("user") };
	slice values[2] = { { 0 } };

	if (!read_pairs(message, keys, values) || values[1].n == 0) return false;
	*ret = (struct bearer_message){ values[1], token_of(values[0]) };
	return true;
}
