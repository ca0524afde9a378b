/* The criteria of SORT, and what addresses it finds in an envelope: what is not taken
 * changes nothing, what is found lies in the text or the arena. */
#include <stdlib.h>

#include "imap/envelope_address.h"
#include "imap/ordering.h"
#include "store/object_id.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_ordering(slice text)
{
	struct ordering o = { 0 };
	slice in = text;

	if (take_ordering(&in, &o) ? !o.count || o.count > ORDERING_CRITERIA_MAX
				   : in.n != text.n)
		abort();
	ordering_done(&o);
}

static void check_envelope(slice text)
{
	struct envelope_address a;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	for (unsigned list = ENVELOPE_FROM; list <= ENVELOPE_BCC; list++)
		if (envelope_first(text, (enum envelope_list)list, &arena, &a) &&
		    a.name.n + a.mailbox.n + a.host.n > text.n)
			abort();
	arena_done(&arena);
}

/* What is read is written the same, but for ids that nothing has. */
static void check_object_id(slice text)
{
	slice in = text;
	struct buf out;
	int64_t id;

	if (!take_object_id(&in, OBJECT_EMAIL, 42, &id)) return;
	buf_init(&out, 100);
	object_id_write(OBJECT_EMAIL, 42, id, &out);
	if (id >= 0 && !slice_eq(buf_slice(&out), slice_head(text, text.n - in.n)))
		abort();
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n };

	check_ordering(text);
	check_envelope(text);
	check_object_id(text);
	return 0;
}
