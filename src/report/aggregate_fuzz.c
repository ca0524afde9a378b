#include <stdlib.h>

#include "report/aggregate.h"

enum { JSON_MAX = 16 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Whatever is read is bounded, and can be told. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena arena;
	struct aggregate a;
	struct json_writer w;
	struct buf json;

	arena_init(&arena, AGGREGATE_ARENA_MAX);
	buf_init(&json, JSON_MAX);
	if (!aggregate_read((slice){ (const char *)data, n }, &arena, &a)) {
		if (!a.org.n || !a.domain.n || !a.record_count) abort();
		if (a.passed > a.messages) abort();
		json_writer_init(&w, &json);
		json_write_object_begin(&w);
		aggregate_tell(&a, &w);
		json_write_object_end(&w);
	}
	buf_done(&json);
	arena_done(&arena);
	return 0;
}
