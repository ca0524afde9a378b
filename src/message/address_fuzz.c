/* What is parsed and written is read back as the same list, and written as the same. */
#include <stdlib.h>

#include "message/address.h"

enum { ARENA_MAX = 1 << 26, TEXT_MAX = 1 << 24 };

static void check(bool ok)
{
	if (!ok) abort();
}

static void check_same(const struct address *a, const struct address *b)
{
	check(a->kind == b->kind && a->has_name == b->has_name);
	check(slice_eq(a->name, b->name));
	check(slice_eq(a->route, b->route));
	check(slice_eq(a->local, b->local));
	check(slice_eq(a->domain, b->domain));
}

static uint32_t parse(slice value, struct arena *arena, const struct address **ret)
{
	uint32_t count;

	check(address_list_parse(value, arena, ret, &count));
	check(count <= ADDRESSES_MAX);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct address *first, *second;
	struct arena arena;
	struct buf text, again;
	uint32_t count;

	arena_init(&arena, ARENA_MAX);
	buf_init(&text, TEXT_MAX);
	buf_init(&again, TEXT_MAX);
	count = parse((slice){ (const char *)data, n }, &arena, &first);
	check(address_list_write(first, count, &text));
	check(parse(buf_slice(&text), &arena, &second) == count);
	for (uint32_t i = 0; i < count; i++)
		check_same(&first[i], &second[i]);
	check(address_list_write(second, count, &again));
	check(slice_eq(buf_slice(&text), buf_slice(&again)));
	buf_done(&again);
	buf_done(&text);
	arena_done(&arena);
	return 0;
}
