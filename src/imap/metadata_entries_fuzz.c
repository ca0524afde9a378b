/* The arguments of GETMETADATA and SETMETADATA: names are as the store wants them, and
 * what is not taken changes nothing. */
#include <stdlib.h>

#include "imap/metadata_entries.h"
#include "store/metadata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_name(slice name)
{
	if (name.n > METADATA_ENTRY_MAX || name.p[0] != '/') abort();
	if (!slice_starts(name, S("/private")) && !slice_starts(name, S("/shared")))
		abort();
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= 31 || name.p[i] != lower_ascii(name.p[i])) abort();
}

static void check_names(slice text, struct arena *arena)
{
	struct metadata_names names;
	slice in = text;

	if (!take_metadata_names(&in, arena, &names)) {
		if (in.n != text.n) abort();
		return;
	}
	if (!names.count) abort();
	for (uint32_t i = 0; i < names.count; i++)
		check_name(names.names[i]);
}

static void check_changes(slice text, struct arena *arena)
{
	static struct metadata_changes changes;
	slice in = text;

	if (!take_metadata_changes(&in, arena, &changes)) {
		if (in.n != text.n) abort();
		return;
	}
	for (uint32_t i = 0; i < changes.count; i++) {
		check_name(changes.all[i].name);
		if (!changes.all[i].has_value && changes.all[i].value.n) abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n }, in = text;
	struct metadata_options options;
	struct arena arena;

	arena_init(&arena, 1 << 20);
	check_names(text, &arena);
	check_changes(text, &arena);
	if (!take_metadata_options(&in, &options) && in.n != n) abort();
	arena_done(&arena);
	return 0;
}
