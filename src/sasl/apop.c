/* APOP (RFC 1939 7): as CRAM-MD5, but the digest is plain MD5(timestamp secret). */
#include "sasl/exchange.h"

enum { MESSAGE_MAX = 2048 }; /* octets: a timestamp and a secret */

bool apop_digest(slice secret, slice timestamp, char ret[MD5_HEX])
{
	uint8_t md5[16];
	struct buf message;
	bool ok;

	buf_init(&message, MESSAGE_MAX);
	ok = buf_add(&message, timestamp) && buf_add(&message, secret) &&
	     digest_of(DIGEST_MD5, buf_slice(&message), md5);
	buf_wipe(&message);
	if (ok) digest_md5_hex(md5, ret);
	return ok;
}

const struct sasl_mechanism sasl_apop = {
	.name = SLICE_INIT("APOP"),
	.flags = SASL_SERVER_FIRST | SASL_NEEDS_SECRETS,
	.server = &cram_md5_server,
	.client = &cram_md5_client,
};
