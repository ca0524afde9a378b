/* What is read as a request or an answer is written again the same. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "fetch/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(bool holds)
{
	if (!holds) abort();
}

static void check_request(const struct fetch_request *r)
{
	CLEANUP(buf_done)
	struct buf once = { .max = 1 << 20 }, twice = { .max = 1 << 20 };
	struct fetch_request again;

	check(fetch_request_write(r, &once));
	check(fetch_request_read(buf_slice(&once), &again) == FETCH_READ);
	check(fetch_request_write(&again, &twice));
	check(slice_eq(buf_slice(&once), buf_slice(&twice)));
}

static void check_answer(const struct fetch_answer *a)
{
	CLEANUP(buf_done) struct buf once = { .max = 1 << 20 };
	struct fetch_answer again;

	check(fetch_answer_write(a, &once));
	check(fetch_answer_read(buf_slice(&once), &again) == FETCH_READ);
	check(again.status == a->status && slice_eq(again.body, a->body));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice in = { (const char *)data, n };
	struct fetch_request r;
	struct fetch_answer a;

	if (fetch_request_read(in, &r) == FETCH_READ) check_request(&r);
	if (fetch_answer_read(in, &a) == FETCH_READ) check_answer(&a);
	return 0;
}
