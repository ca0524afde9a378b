#include <stdlib.h>

#include "base/test.h"
#include "jmap/test_drive.h"

static bool is_equal(const json_t *got, const char *want, const struct test_drive *d)
{
	json_t *value;
	bool is_same;

	if (slice_eq(slice_of(want), S("absent"))) return !got;
	value = jmap_json(d, want);
	is_same = got && json_equal(got, value);
	json_decref(value);
	return is_same;
}

static void show(const struct test_drive *d, const char *pointer, const json_t *got,
		 const char *want)
{
	print_error("%s is ", pointer);
	if (got) json_dumpf(got, stderr, JSON_ENCODE_ANY | JSON_INDENT(1));
	print_error("%s, not %s\nin ", got ? "" : "absent", want);
	if (!got) json_dumpf(d->answer, stderr, JSON_INDENT(1));
	print_error("\n");
}

void jmap_check_at(const struct test_drive *d, const char *pointer, const char *json,
		   const char *file, int line)
{
	const json_t *got = jmap_at(d, pointer);

	if (is_equal(got, json, d)) return;
	show(d, pointer, got, json);
	_fail(file, line);
}
