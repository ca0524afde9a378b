#include "sasl/scram_message.h"

#include "base/base64.h"

/* name "=" value up to the "," or the end, neither taken; values are never empty. */
static bool take_attribute(slice *in, char name, slice *ret)
{
	slice s = *in;
	size_t n;

	if (!take_char(&s, name) || !take_char(&s, '=')) return false;
	n = slice_find_char(s, ',');
	if (n == 0) return false;
	*ret = slice_head(s, n);
	*in = slice_skip(s, n);
	return true;
}

/* "," attribute, the same. */
static bool take_next(slice *in, char name, slice *ret)
{
	slice s = *in;

	if (!take_char(&s, ',') || !take_attribute(&s, name, ret)) return false;
	*in = s;
	return true;
}

/* extensions: passed over up to the end, or up to the attribute `last`, before whose
 * comma they leave *in. */
static bool skip_extensions(slice *in, char last)
{
	slice s = *in, value;

	while (s.n) {
		char name = s.n > 1 ? s.p[1] : '\0';

		if (name == last || name == 'm' || !is_alpha(name)) break;
		if (!take_next(&s, name, &value)) return false;
	}
	*in = s;
	return last ? s.n > 1 && s.p[1] == last : s.n == 0;
}

static bool is_printable(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e || s.p[i] == ',') return false;
	return true;
}

static bool is_nonce(slice s)
{
	return s.n <= SCRAM_NONCE_MAX && is_printable(s);
}

static bool is_sane(slice message)
{
	return message.n <= SCRAM_MESSAGE_MAX &&
	       slice_find_char(message, '\0') == message.n;
}

static bool is_binding_name(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_alpha(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '.' &&
		    s.p[i] != '-')
			return false;
	return s.n > 0;
}

/* gs2-header = gs2-cbind-flag "," [authzid] "," */
bool scram_take_gs2(slice *in, struct scram_gs2 *ret)
{
	struct scram_gs2 got = { 0 };
	slice s = *in;

	if (take_attribute(&s, 'p', &got.binding)) {
		if (!is_binding_name(got.binding)) return false;
		got.flag = 'p';
	} else if (take_char(&s, 'y')) {
		got.flag = 'y';
	} else if (take_char(&s, 'n')) {
		got.flag = 'n';
	}
	if (!got.flag || !take_char(&s, ',')) return false;
	if (s.n && s.p[0] != ',' && !take_attribute(&s, 'a', &got.authorization))
		return false;
	if (!take_char(&s, ',')) return false;
	got.whole = slice_head(*in, in->n - s.n);
	*ret = got;
	*in = s;
	return true;
}

bool scram_read_client_first(slice message, struct scram_client_first *ret)
{
	struct scram_client_first got;
	slice s = message;

	if (!is_sane(message) || !scram_take_gs2(&s, &got.gs2)) return false;
	got.bare = s;
	if (!take_attribute(&s, 'n', &got.user) || !take_next(&s, 'r', &got.nonce) ||
	    !is_nonce(got.nonce) || !skip_extensions(&s, '\0'))
		return false;
	*ret = got;
	return true;
}

bool scram_read_server_first(slice message, struct scram_server_first *ret)
{
	struct scram_server_first got;
	slice s = message, iterations;

	if (!is_sane(message) || !take_attribute(&s, 'r', &got.nonce) ||
	    !is_nonce(got.nonce) || !take_next(&s, 's', &got.salt) ||
	    !take_next(&s, 'i', &iterations) || !skip_extensions(&s, '\0'))
		return false;
	if (iterations.p[0] == '0' || !take_u32(&iterations, &got.iterations) ||
	    iterations.n)
		return false;
	*ret = got;
	return true;
}

bool scram_read_client_final(slice message, struct scram_client_final *ret)
{
	struct scram_client_final got;
	slice s = message;

	if (!is_sane(message) || !take_attribute(&s, 'c', &got.binding) ||
	    !take_next(&s, 'r', &got.nonce) || !is_nonce(got.nonce) ||
	    !skip_extensions(&s, 'p'))
		return false;
	got.without_proof = slice_head(message, message.n - s.n);
	if (!take_next(&s, 'p', &got.proof) || s.n) return false;
	*ret = got;
	return true;
}

bool scram_read_server_final(slice message, struct scram_server_final *ret)
{
	struct scram_server_final got = { 0 };
	slice s = message;

	if (!is_sane(message) || (!take_attribute(&s, 'v', &got.verifier) &&
				  !take_attribute(&s, 'e', &got.error)))
		return false;
	if (!skip_extensions(&s, '\0')) return false;
	*ret = got;
	return true;
}

bool scram_decode_name(slice raw, struct buf *out)
{
	while (raw.n) {
		char c = raw.p[0];

		if (take_literal(&raw, S("=2C")))
			c = ',';
		else if (take_literal(&raw, S("=3D")))
			c = '=';
		else if (c == '=')
			return false;
		else
			raw = slice_skip(raw, 1);
		if (!buf_add_char(out, c)) return false;
	}
	return true;
}

void scram_write_name(struct buf *out, slice name)
{
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == ',')
			buf_add(out, S("=2C"));
		else if (name.p[i] == '=')
			buf_add(out, S("=3D"));
		else
			buf_add_char(out, name.p[i]);
	}
}

void scram_write_octets(struct buf *out, char name, slice octets)
{
	buf_add_char(out, name);
	buf_add_char(out, '=');
	base64_encode(out, octets);
}

void scram_write_gs2(struct buf *out, const struct scram_gs2 *gs2)
{
	buf_add_char(out, gs2->flag);
	if (gs2->flag == 'p') {
		buf_add_char(out, '=');
		buf_add(out, gs2->binding);
	}
	buf_add_char(out, ',');
	if (gs2->authorization.n) {
		buf_add(out, S("a="));
		scram_write_name(out, gs2->authorization);
	}
	buf_add_char(out, ',');
}

void scram_write_client_first_bare(struct buf *out, slice user, slice nonce)
{
	buf_add(out, S("n="));
	scram_write_name(out, user);
	buf_add(out, S(",r="));
	buf_add(out, nonce);
}

void scram_write_server_first(struct buf *out, slice nonce, const struct scram_salt *salt)
{
	buf_add(out, S("r="));
	buf_add(out, nonce);
	buf_add_char(out, ',');
	scram_write_octets(out, 's', (slice){ (const char *)salt->salt, salt->n });
	buf_add(out, S(",i="));
	buf_add_u64(out, salt->iterations);
}

void scram_write_client_final_bare(struct buf *out, slice cbind_input, slice nonce)
{
	scram_write_octets(out, 'c', cbind_input);
	buf_add(out, S(",r="));
	buf_add(out, nonce);
}
