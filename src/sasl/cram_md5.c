/*
 * CRAM-MD5 (RFC 2195): the server sends a timestamp, the client answers
 * user SP hex(HMAC-MD5(secret, timestamp)). APOP shares all but the digest.
 */
#include <string.h>

#include "sasl/exchange.h"

enum { CHALLENGE_MAX = 512 }; /* octets: a nonce and a host name */

struct cram_md5_server {
	struct sasl_server base;
	char digest[MD5_HEX]; /* as the client sent it */
};

static bool cram_digest(slice secret, slice challenge, char ret[MD5_HEX])
{
	uint8_t md5[16];

	if (!digest_hmac(DIGEST_MD5, secret, challenge, md5)) return false;
	digest_md5_hex(md5, ret);
	return true;
}

static bool make_digest(const struct sasl_mechanism *m, slice secret, slice challenge,
			char ret[MD5_HEX])
{
	return m == &sasl_apop ? apop_digest(secret, challenge, ret)
			       : cram_digest(secret, challenge, ret);
}

/* A user name may hold spaces: the digest is what follows the last. */
static bool keep_response(struct cram_md5_server *m, slice response)
{
	size_t space = response.n - MD5_HEX - 1;

	if (response.n < MD5_HEX + 2 || response.p[space] != ' ' ||
	    !keep_user(&m->base, slice_head(response, space), S("")))
		return false;
	memcpy(m->digest, response.p + space + 1, MD5_HEX);
	return true;
}

static enum sasl_status server_step(struct sasl_server *s, slice response)
{
	struct cram_md5_server *m = (struct cram_md5_server *)s;

	if (s->turn == 0) {
		add_timestamp(&s->output, &s->facts);
		return finish_send(s);
	}
	if (!keep_response(m, response)) return finish_fail(s, SASL_SYNTAX);
	return finish_need(s, SASL_NEED_SECRETS);
}

static enum sasl_status server_secrets(struct sasl_server *s, const slice *list,
				       size_t count)
{
	const struct cram_md5_server *m = (const struct cram_md5_server *)s;
	slice sent = { m->digest, MD5_HEX };
	struct buf challenge;
	char right[MD5_HEX];
	enum sasl_status status = finish_need(s, SASL_NEED_REFUSAL);

	buf_init(&challenge, CHALLENGE_MAX);
	add_timestamp(&challenge, &s->facts);
	for (size_t i = 0; i < count && i < SASL_CANDIDATES_MAX; i++)
		if (make_digest(s->mechanism, list[i], buf_slice(&challenge), right) &&
		    equal_secretly(sent, (slice){ right, MD5_HEX }))
			status = finish_matched(s, i);
	buf_done(&challenge);
	return status;
}

const struct sasl_server_ops cram_md5_server = {
	.size = sizeof(struct cram_md5_server),
	.step = server_step,
	.secrets = server_secrets,
};

static enum sasl_status client_step(struct sasl_client *c, slice challenge)
{
	char digest[MD5_HEX];

	if (challenge.n == 0 || c->login.authorization.n ||
	    !make_digest(c->mechanism, c->login.password, challenge, digest))
		return SASL_FAIL;
	buf_add(&c->output, c->login.user);
	buf_add_char(&c->output, ' ');
	buf_add(&c->output, (slice){ digest, MD5_HEX });
	c->is_done = true;
	return SASL_SEND;
}

const struct sasl_client_ops cram_md5_client = {
	.size = sizeof(struct sasl_client),
	.step = client_step,
};
