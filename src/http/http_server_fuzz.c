/*
 * A whole connection: the first octet chooses how it is cut, the rest is what the client
 * sends. However it is cut the answers are the same, and each is one answer to a request
 * that the host heard of, or the last.
 */
#include <stdlib.h>

#include "http/test_host.h"

enum { FUZZ_ANSWER_MAX = 32 << 20 };

static void run(slice said, size_t cut, struct buf *answer)
{
	struct test_host h = { .is_brief = true };
	struct engine *e = test_connect(&h);

	buf_init(answer, FUZZ_ANSWER_MAX);
	test_talk(e, said, cut, answer);
	if (engine_want(e) != WANT_CLOSE || h.is_hearing) abort();
	test_disconnect(&h, e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf whole, cut;

	if (!n) return 0;
	slice said = { (const char *)data + 1, n - 1 };

	run(said, n, &whole);
	run(said, data[0] + 1U, &cut);
	if (!slice_eq(buf_slice(&whole), buf_slice(&cut))) abort();
	buf_done(&whole);
	buf_done(&cut);
	return 0;
}
