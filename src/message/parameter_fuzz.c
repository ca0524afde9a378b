/* Raw parameters, written in quotes, are read back the same; decoded ones are UTF-8 and
 * no name comes twice. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "message/parameter.h"

enum { ARENA_MAX = 1 << 26, TEXT_MAX = 1 << 24 };

static void check(bool ok)
{
	if (!ok) abort();
}

static void write(const struct mime_parameter *p, struct buf *out)
{
	buf_add(out, S("; "));
	buf_add(out, p->name);
	buf_add(out, S("=\""));
	for (size_t i = 0; i < p->value.n; i++) {
		if (p->value.p[i] == '"' || p->value.p[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, p->value.p[i]);
	}
	buf_add_char(out, '"');
}

static void check_raw(slice list, struct arena *arena)
{
	const struct mime_parameter *raw, *again;
	uint32_t count, again_count;
	struct buf text;

	buf_init(&text, TEXT_MAX);
	check(parameter_list_raw(list, arena, &raw, &count));
	check(count <= MIME_PARAMETERS_MAX);
	for (uint32_t i = 0; i < count; i++)
		write(&raw[i], &text);
	check(parameter_list_raw(buf_slice(&text), arena, &again, &again_count));
	check(again_count == count);
	for (uint32_t i = 0; i < count; i++) {
		check(slice_eq(raw[i].name, again[i].name));
		check(slice_eq(raw[i].value, again[i].value));
	}
	buf_done(&text);
}

static void check_decoded(slice list, struct arena *arena)
{
	const struct mime_parameter *p;
	uint32_t count;

	check(parameter_list_parse(list, arena, &p, &count));
	for (uint32_t i = 0; i < count; i++) {
		check(slice_eq_nocase(p[i].name, S("boundary")) ||
		      utf8_valid(p[i].value));
		for (uint32_t k = 0; k < i; k++)
			check(!slice_eq_nocase(p[i].name, p[k].name));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice list = { (const char *)data, n };
	struct arena arena;

	arena_init(&arena, ARENA_MAX);
	check_raw(list, &arena);
	check_decoded(list, &arena);
	arena_done(&arena);
	return 0;
}
