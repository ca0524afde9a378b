/*
 * Any responses to any server exchange. The first octet chooses the mechanism,
 * the second whether there is an initial response and channel binding; the rest
 * are responses with a length octet each. Whoever gets in must be a user whom
 * the host knows, and by a message that contains what the mechanism shows.
 */
#include <stdlib.h>

#include "sasl/test_host.h"

static const struct tls_facts tls = {
	.binding_exporter = SLICE_INIT("exporter"),
	.binding_endpoint = SLICE_INIT("endpoint"),
	.peer_is_verified = true,
	.peer_subject = SLICE_INIT("tim"),
};

static bool take_octet(slice *in, uint8_t *ret)
{
	if (in->n == 0) return false;
	*ret = (uint8_t)in->p[0];
	*in = slice_skip(*in, 1);
	return true;
}

static bool take_response(slice *in, slice *ret)
{
	uint8_t n;

	if (!take_octet(in, &n)) return false;
	*ret = slice_head(*in, n);
	*in = slice_skip(*in, n);
	return true;
}

static enum sasl_status settle(struct sasl_server *s, enum sasl_status status)
{
	return status == SASL_NEED ? test_answer(s) : status;
}

static void check_end(const struct sasl_server *s, enum sasl_status status)
{
	const struct sasl_question *q = sasl_server_question(s);

	if (status == SASL_OK &&
	    (!test_find_user(q->user) || !slice_eq(q->user, q->authorization) ||
	     sasl_server_matched(s) >= TEST_SECRETS))
		abort();
	if (status == SASL_FAIL && sasl_server_output(s).n) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	size_t count;
	const struct sasl_mechanism *m = sasl_mechanisms(&count);
	slice in = { (const char *)data, n }, response;
	uint8_t which, how;
	struct sasl_facts facts = { .hostname = S("mail.example.org"),
				    .nonce = S("3rfcNHYJY1ZVvWVs7j"),
				    .time = 697170952,
				    .keys = &test_keys };
	struct sasl_server *s;
	enum sasl_status status;

	if (!take_octet(&in, &which) || !take_octet(&in, &how)) return 0;
	if (how & 2) facts.tls = &tls;
	if (!sasl_is_usable(&m[which % count], facts.tls, 0)) return 0;
	s = sasl_server_new(&m[which % count], &facts);
	if ((how & 1) && take_response(&in, &response))
		status = settle(s, sasl_server_start(s, &response));
	else
		status = settle(s, sasl_server_start(s, NULL));
	while (status == SASL_SEND && take_response(&in, &response))
		status = settle(s, sasl_server_step(s, response));
	check_end(s, status);
	sasl_server_free(s);
	return 0;
}
