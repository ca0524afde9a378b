/* The arguments of NOTIFY: what is not taken changes nothing, what is taken is bounded
 * and keeps together what belongs together. */
#include <stdlib.h>

#include "imap/notify_spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_events(unsigned events)
{
	bool arrivals = events & NOTIFY_NEW, expunges = events & NOTIFY_EXPUNGE;

	if (arrivals != expunges || (events & NOTIFY_FLAGS && !arrivals)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct names names = { 0 };
	slice text = { (const char *)data, n }, in = text;
	struct notify_spec s;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	if (take_notify(&in, &names, &arena, &s)) {
		check_events(s.selected);
		for (uint32_t i = 0; i < s.group_count; i++)
			check_events(s.groups[i].events);
		if (s.group_count > NOTIFY_GROUPS_MAX) abort();
		(void)notify_events_of(&s, text, true);
	} else if (in.n != text.n) {
		abort();
	}
	arena_done(&arena);
	return 0;
}
