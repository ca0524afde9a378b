/* The four readers on any octets: what they return lies within the message, in order, and
 * what we would write of it reads the same. */
#include <stdlib.h>

#include "sasl/scram_message.h"

static void check_inside(slice whole, slice part)
{
	if (part.n && (part.p < whole.p || part.p + part.n > whole.p + whole.n)) abort();
}

/* Decoded and written again a name is as it was. */
static void check_name(slice raw)
{
	struct buf name, again;

	buf_init(&name, SCRAM_MESSAGE_MAX);
	buf_init(&again, SCRAM_MESSAGE_MAX);
	if (scram_decode_name(raw, &name)) {
		scram_write_name(&again, buf_slice(&name));
		if (!slice_eq(buf_slice(&again), raw)) abort();
	}
	buf_done(&name);
	buf_done(&again);
}

static void check_client_first(slice message)
{
	struct scram_client_first got;

	if (!scram_read_client_first(message, &got)) return;
	if (got.gs2.whole.p != message.p || got.gs2.whole.n + got.bare.n != message.n)
		abort();
	if (!got.user.n || !got.nonce.n) abort();
	if ((got.gs2.flag == 'p') != (got.gs2.binding.n > 0)) abort();
	check_inside(message, got.nonce);
	check_name(got.user);
	check_name(got.gs2.authorization);
}

static void check_server_first(slice message)
{
	struct scram_server_first got;

	if (!scram_read_server_first(message, &got)) return;
	if (!got.iterations || !got.nonce.n || !got.salt.n) abort();
	check_inside(message, got.salt);
}

static void check_client_final(slice message)
{
	struct scram_client_final got;

	if (!scram_read_client_final(message, &got)) return;
	if (got.without_proof.n + got.proof.n + 3 != message.n) abort();
	check_inside(message, got.binding);
	check_inside(message, got.nonce);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice message = { (const char *)data, n };
	struct scram_server_final final;

	check_client_first(message);
	check_server_first(message);
	check_client_final(message);
	if (scram_read_server_final(message, &final) &&
	    !final.verifier.n == !final.error.n)
		abort();
	return 0;
}
