/* A filter that says anything: however its octets are cut, it is told the same and the
 * verdict is the same; what goes into a message or a reply cannot begin a line there. */
#include <stdlib.h>

#include "milter/field_list.h"
#include "milter/test_filter.h"

enum { INPUT_MAX = 64 * 1024 };

static void check(bool good)
{
	if (!good) abort();
}

static void check_verdict(const struct milter_verdict *v)
{
	check(v->edit_count <= MILTER_EDITS_MAX);
	check(v->action != MILTER_REFUSES || (v->code >= 400 && v->code < 600));
	for (size_t i = 0; i < v->text.n; i++)
		check((unsigned char)v->text.p[i] >= ' ');
}

/* Each field that a filter adds is one field. */
static void check_edits(const struct milter_verdict *v)
{
	struct field_list l, again;
	struct arena arena;
	struct buf out;

	arena_init(&arena, 64 << 20);
	buf_init(&out, 16 << 20);
	check(field_list_read(&l, S("A: b\r\n"), &arena));
	for (uint32_t i = 0; i < v->edit_count; i++)
		if (v->edits[i].kind <= EDIT_CHANGE_FIELD)
			check(field_list_edit(&l, v->edits + i));
	field_list_write(&l, &out);
	check(field_list_read(&again, buf_slice(&out), &arena));
	check(again.count == l.count);
	buf_done(&out);
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n < INPUT_MAX ? n : INPUT_MAX };
	struct test_filter whole, cut;

	filter_init(&whole);
	filter_init(&cut);
	filter_says(&whole, text, text.n);
	filter_says(&cut, text, 3);
	check(slice_eq(buf_slice(&whole.said), buf_slice(&cut.said)));
	check(slice_eq(buf_slice(&whole.new_body), buf_slice(&cut.new_body)));
	check(whole.verdict.action == cut.verdict.action);
	check(whole.verdict.edit_count == cut.verdict.edit_count);
	check_verdict(&whole.verdict);
	check_edits(&whole.verdict);
	filter_done(&whole);
	filter_done(&cut);
	return 0;
}
