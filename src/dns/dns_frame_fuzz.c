/* What is taken off as a frame is written again as the same octets. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "dns/frame.h"

enum { ARENA_MAX = 2 * DNS_RECORDS_MAX * sizeof(struct dns_record) };

static bool write_again(const struct frame *f, struct buf *out)
{
	switch (f->type) {
	case FRAME_SETTINGS:
		return frame_add_settings(out, &f->settings);
	case FRAME_QUESTION:
		return frame_add_question(out, f->id, f->question);
	case FRAME_ANSWER:
		return frame_add_answer(out, f->id, &f->answer);
	}
	return false;
}

/* An answer whose records fit only because its other parts are short loses some. */
static void check_same(const struct frame *f, slice octets)
{
	CLEANUP(buf_done) struct buf again = { .max = FRAME_MAX };

	if (!write_again(f, &again)) abort();
	if (!slice_eq(buf_slice(&again), octets) && octets.n < FRAME_MAX - DNS_NAME_MAX)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice in = { (const char *)data, n };
	enum taken taken;

	do {
		CLEANUP(arena_done) struct arena arena;
		slice before = in;
		struct frame f;

		arena_init(&arena, ARENA_MAX);
		taken = frame_take(&in, &arena, &f);
		if (taken == TAKEN)
			check_same(&f, slice_head(before, before.n - in.n));
		else if (in.p != before.p || in.n != before.n)
			abort();
	} while (taken == TAKEN);
	return 0;
}
