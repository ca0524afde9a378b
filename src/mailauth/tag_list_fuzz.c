/* On any octets: names and values lie within the text, in order; a list written again of
 * what was read reads the same; a refused list leaves the result as it was. */
#include <stdlib.h>

#include "base/buf.h"
#include "mailauth/tag_list.h"

static void check_order(slice text, const struct tag_list *list)
{
	const char *at = text.p;

	for (uint32_t i = 0; i < list->count; i++) {
		const struct tag *tag = &list->tags[i];

		if (tag->name.p < at || tag->value.p < tag->name.p + tag->name.n) abort();
		at = tag->value.p + tag->value.n;
	}
	if (at > text.p + text.n) abort();
}

static void check_again(const struct tag_list *list)
{
	struct tag_list again;
	struct buf out;

	buf_init(&out, 1 << 20);
	for (uint32_t i = 0; i < list->count; i++)
		buf_addf(&out, "%s%.*s=%.*s", i ? ";" : "", FMT(list->tags[i].name),
			 FMT(list->tags[i].value));
	if (!tag_list_parse(buf_slice(&out), &again) || again.count != list->count)
		abort();
	for (uint32_t i = 0; i < list->count; i++)
		if (!slice_eq(again.tags[i].name, list->tags[i].name) ||
		    !slice_eq(again.tags[i].value, list->tags[i].value))
			abort();
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n };
	struct tag_list list = { .count = TAGS_MAX + 1 };

	if (n > 100000) return 0;
	if (tag_list_parse(text, &list)) {
		if (!list.count || list.count > TAGS_MAX) abort();
		check_order(text, &list);
		check_again(&list);
	} else if (list.count != TAGS_MAX + 1) {
		abort();
	}
	return 0;
}
