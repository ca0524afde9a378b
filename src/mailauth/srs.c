#include "mailauth/srs.h"

#include <limits.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/cleanup.h"
#include "base/date.h"

enum {
	STAMP_OCTETS = 2,
	STAMP_MODULUS = 1024, /* days: two characters of base32 */
	DIGEST_OCTETS = 32,
};

static const slice alphabet = SLICE_INIT("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");

static unsigned day_of(int64_t now)
{
	int64_t day = now / DAY_SECONDS % STAMP_MODULUS;

	return (unsigned)(day < 0 ? day + STAMP_MODULUS : day);
}

static void add_stamp(int64_t now, struct buf *out)
{
	unsigned day = day_of(now);

	buf_add_char(out, alphabet.p[day / 32]);
	buf_add_char(out, alphabet.p[day % 32]);
}

static bool stamp_is_fresh(slice stamp, int64_t now)
{
	unsigned day = 0;

	for (size_t i = 0; i < stamp.n; i++) {
		size_t digit = slice_find_char(alphabet, upper_ascii(stamp.p[i]));

		if (digit == alphabet.n) return false;
		day = day * 32 + (unsigned)digit;
	}
	/* Another node's clock may be past midnight already. */
	return (day_of(now) + 1 + STAMP_MODULUS - day) % STAMP_MODULUS <=
	       SRS_DAYS_MAX + 1;
}

/* The characters of the hash over text in lower case. */
static bool make_hash(slice key, slice text, char hash[static SRS_HASH_OCTETS])
{
	CLEANUP(buf_done) struct buf lower;
	unsigned char digest[DIGEST_OCTETS];
	uint64_t bits = 0;
	unsigned n;

	buf_init(&lower, SRS_LOCAL_MAX);
	for (size_t i = 0; i < text.n; i++)
		buf_add_char(&lower, lower_ascii(text.p[i]));
	if (lower.overflow || key.n > INT_MAX ||
	    !HMAC(EVP_sha256(), key.p, (int)key.n,
		  (const unsigned char *)buf_slice(&lower).p, lower.n, digest, &n))
		return false;
	for (size_t i = 0; i < 5; i++)
		bits = bits << 8 | digest[i];
	for (size_t i = 0; i < SRS_HASH_OCTETS; i++)
		hash[i] = alphabet.p[bits >> (35 - 5 * i) & 31];
	return true;
}

static bool hash_is_ours(const struct srs_keys *keys, slice hash, slice text)
{
	char ours[SRS_HASH_OCTETS], theirs[SRS_HASH_OCTETS];

	if (hash.n != sizeof(theirs)) return false;
	for (size_t i = 0; i < hash.n; i++)
		theirs[i] = upper_ascii(hash.p[i]);
	for (uint32_t i = 0; i < keys->count; i++)
		if (make_hash(keys->keys[i], text, ours) &&
		    CRYPTO_memcmp(ours, theirs, sizeof(ours)) == 0)
			return true;
	return false;
}

/* "SRS0" or "SRS1" and a separator, which may be "=", "-" or "+". */
static bool take_tag_of(slice *in, char digit)
{
	slice s = *in;

	if (!take_literal_nocase(&s, S("SRS")) || !take_char(&s, digit)) return false;
	if (!take_char(&s, '=') && !take_char(&s, '-') && !take_char(&s, '+'))
		return false;
	*in = s;
	return true;
}

/* What the hash of an SRS1 address is over: forwarder "=" and the SRS0 address behind its
 * tag, whose separator comes first. */
static bool add_chained(slice local, slice domain, struct buf *out)
{
	slice s = local, hash, forwarder;

	if (take_tag_of(&s, '0')) {
		buf_add(out, domain);
		buf_add_char(out, '=');
		return buf_add(out, slice_skip(local, sizeof("SRS0") - 1));
	}
	if (!take_tag_of(&s, '1') || !take_until(&s, '=', &hash) ||
	    !take_until(&s, '=', &forwarder) || forwarder.n == 0 || s.n < 2)
		return false;
	buf_add(out, forwarder);
	buf_add_char(out, '=');
	return buf_add(out, s);
}

static void add_first(slice local, slice domain, int64_t now, struct buf *out)
{
	add_stamp(now, out);
	buf_add_char(out, '=');
	buf_add(out, domain);
	buf_add_char(out, '=');
	buf_add(out, local);
}

bool srs_forward(const struct srs_keys *keys, slice local, slice domain, int64_t now,
		 struct buf *out)
{
	CLEANUP(buf_done) struct buf rest;
	char hash[SRS_HASH_OCTETS];
	slice tag = S("SRS1=");

	buf_init(&rest, SRS_LOCAL_MAX - tag.n - SRS_HASH_OCTETS - 1);
	if (domain.n == 0 || slice_find_char(domain, '=') < domain.n) return false;
	if (!add_chained(local, domain, &rest)) {
		buf_reset(&rest);
		tag = S("SRS0=");
		add_first(local, domain, now, &rest);
	}
	if (rest.overflow || keys->count == 0 ||
	    !make_hash(keys->keys[0], buf_slice(&rest), hash))
		return false;
	buf_add(out, tag);
	buf_add(out, (slice){ hash, sizeof(hash) });
	buf_add_char(out, '=');
	return buf_add(out, buf_slice(&rest));
}

/* hash "=" tt "=" domain "=" local */
static enum srs_outcome reverse_first(const struct srs_keys *keys, slice s, int64_t now,
				      struct buf *out_local, struct buf *out_domain)
{
	slice hash, signed_text, stamp, domain;

	if (!take_until(&s, '=', &hash)) return SRS_FORGED;
	signed_text = s;
	if (!hash_is_ours(keys, hash, signed_text)) return SRS_FORGED;
	if (!take_until(&s, '=', &stamp) || stamp.n != STAMP_OCTETS ||
	    !take_until(&s, '=', &domain) || domain.n == 0)
		return SRS_FORGED;
	if (!stamp_is_fresh(stamp, now)) return SRS_OLD;
	buf_add(out_domain, domain);
	buf_add(out_local, s);
	return SRS_OK;
}

/* hash "=" forwarder "=" separator rest: SRS0 separator rest at the forwarder. Its time
 * is the forwarder's to judge. */
static enum srs_outcome reverse_chained(const struct srs_keys *keys, slice s,
					struct buf *out_local, struct buf *out_domain)
{
	slice hash, forwarder;

	if (!take_until(&s, '=', &hash) || !hash_is_ours(keys, hash, s))
		return SRS_FORGED;
	if (!take_until(&s, '=', &forwarder) || forwarder.n == 0) return SRS_FORGED;
	buf_add(out_domain, forwarder);
	buf_add(out_local, S("SRS0"));
	buf_add(out_local, s);
	return SRS_OK;
}

enum srs_outcome srs_reverse(const struct srs_keys *keys, slice local, int64_t now,
			     struct buf *out_local, struct buf *out_domain)
{
	if (take_tag_of(&local, '0'))
		return reverse_first(keys, local, now, out_local, out_domain);
	if (take_tag_of(&local, '1'))
		return reverse_chained(keys, local, out_local, out_domain);
	return SRS_NONE;
}
