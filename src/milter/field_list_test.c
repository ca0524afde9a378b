#include "base/test.h"
#include "milter/field_list.h"

static void check_edited(const char *section, const struct milter_edit *edits,
			 size_t count, const char *want)
{
	struct arena arena;
	struct field_list l;
	struct buf out;

	arena_init(&arena, 1 << 20);
	buf_init(&out, 1 << 20);
	CHECK(field_list_read(&l, slice_of(section), &arena));
	for (size_t i = 0; i < count; i++)
		CHECK(field_list_edit(&l, edits + i));
	field_list_write(&l, &out);
	CHECK_SLICE(buf_slice(&out), slice_of(want));
	buf_done(&out);
	arena_done(&arena);
}

#define SECTION "A: 1\r\nB : 2\r\n\tfolded\r\nnonsense\r\nA:3\r\n"

static const struct row {
	struct milter_edit edit;
	const char *want;
} rows[] = {
	{ { EDIT_ADD_FIELD, 0, SLICE_INIT("X"), SLICE_INIT(" y") }, SECTION "X: y\r\n" },
	{ { EDIT_INSERT_FIELD, 0, SLICE_INIT("X"), SLICE_INIT(" y\n\tz") },
	  "X: y\r\n\tz\r\n" SECTION },
	{ { EDIT_INSERT_FIELD, 1, SLICE_INIT("X"), SLICE_INIT(" y\r\n z") },
	  "A: 1\r\nX: y\r\n z\r\nB : 2\r\n\tfolded\r\nnonsense\r\nA:3\r\n" },
	{ { EDIT_INSERT_FIELD, 99, SLICE_INIT("X"), SLICE_INIT("y") },
	  SECTION "X:y\r\n" },
	{ { EDIT_CHANGE_FIELD, 1, SLICE_INIT("a"), SLICE_INIT(" 9") },
	  "a: 9\r\nB : 2\r\n\tfolded\r\nnonsense\r\nA:3\r\n" },
	{ { EDIT_CHANGE_FIELD, 2, SLICE_INIT("A"), SLICE_INIT("") },
	  "A: 1\r\nB : 2\r\n\tfolded\r\nnonsense\r\n" },
	{ { EDIT_CHANGE_FIELD, 0, SLICE_INIT("b"), SLICE_INIT("") }, "A: 1\r\nA:3\r\n" },
	{ { EDIT_CHANGE_FIELD, 3, SLICE_INIT("A"), SLICE_INIT("") }, SECTION },
	{ { EDIT_CHANGE_FIELD, 3, SLICE_INIT("A"), SLICE_INIT(" 4") },
	  SECTION "A: 4\r\n" },
};

TEST(fields_are_changed)
{
	for (size_t i = 0; i < countof(rows); i++)
		check_edited(SECTION, &rows[i].edit, 1, rows[i].want);
	check_edited(SECTION, NULL, 0, SECTION);
	check_edited("", &rows[0].edit, 1, "X: y\r\n");
}

TEST(what_a_filter_sees_of_a_field)
{
	struct arena arena;
	struct field_list l;

	arena_init(&arena, 1 << 20);
	CHECK(field_list_read(&l, S(SECTION), &arena));
	CHECK_INT(l.count, 3);
	CHECK_SLICE(l.fields[1].name, S("B"));
	CHECK_SLICE(l.fields[1].value, S(" 2\r\n\tfolded\r\nnonsense"));
	CHECK_SLICE(l.fields[2].value, S("3"));
	arena_done(&arena);
}

TEST(only_so_many_fields)
{
	struct milter_edit e = { EDIT_ADD_FIELD, 0, S("X"), S("y") };
	struct arena arena;
	struct field_list l;

	arena_init(&arena, 16 << 20);
	CHECK(field_list_read(&l, S(""), &arena));
	for (int i = 0; i < FIELD_LIST_MAX; i++)
		CHECK(field_list_edit(&l, &e));
	CHECK(!field_list_edit(&l, &e));
	arena_done(&arena);
}
