/* Over all public test messages: what holds for any part and any field holds for these.
 */
#include <stdlib.h>

#include "base/test.h"
#include "base/utf8.h"
#include "jmap/arguments.h"
#include "jmap/body_value.h"

enum { CUT = 40 };

/* As it goes out, and back. */
static void check_json(json_t *value)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY);
	json_t *again;

	CHECK(text && utf8_valid(slice_of(text)));
	again = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	CHECK(json_equal(again, value));
	json_decref(again);
	free(text);
	json_decref(value);
}

static void check_fields(const struct mime_part *part)
{
	for (uint32_t i = 0; i < part->field_count; i++)
		for (unsigned form = HEADER_RAW; form <= HEADER_URLS; form++)
			check_json(header_value(part->fields[i].value,
						(enum header_form)form));
}

static slice text_of(const json_t *value)
{
	return json_text(json_object_get(value, "value"));
}

/* A value that is cut begins as the whole does, and is no longer than it may be. */
static void check_value(const struct part_source *s, uint32_t part)
{
	json_t *whole = body_value(s, part, 0), *cut = body_value(s, part, CUT);

	CHECK(utf8_valid(text_of(whole)));
	CHECK(text_of(cut).n <= CUT);
	CHECK(json_is_true(json_object_get(cut, "isTruncated")) ==
	      (text_of(whole).n > CUT));
	if (json_is_false(json_object_get(whole, "isEncodingProblem")))
		CHECK(slice_starts(text_of(whole), text_of(cut)));
	check_json(whole);
	check_json(cut);
}

static void check_parts(const struct part_source *s, struct arena *arena)
{
	static const char all[] =
		"[\"partId\", \"blobId\", \"size\", \"name\", \"type\", \"charset\", "
		"\"disposition\", \"cid\", \"language\", \"location\", \"headers\", "
		"\"subParts\", \"header:Content-Type:asText:all\"]";
	json_t *names = json_loads(all, 0, NULL);
	struct part_properties wanted;
	struct body_lists lists;

	CHECK(!part_properties_read(names, arena, &wanted));
	CHECK(body_lists_make(s->mime, arena, &lists));
	check_json(body_part_tree(s, &wanted));
	check_json(body_part_list(s, &lists.text, &wanted));
	check_json(body_part_list(s, &lists.attachments, &wanted));
	json_decref(names);
}

static void check_message(slice message)
{
	struct octets octets = { .size = message.n };
	struct part_source s = { .octets = &octets, .blob = S("B") };
	struct arena arena;

	buf_init(&octets.memory, message.n);
	buf_add(&octets.memory, message);
	arena_init(&arena, 2 * MIME_ARENA_MAX);
	s.mime = octets_parse(&octets, &arena);
	CHECK(s.mime);
	s.sizes = arena_alloc_array(&arena, s.mime->part_count, sizeof(uint64_t));
	check_fields(&s.mime->parts[0]);
	check_parts(&s, &arena);
	for (uint32_t i = 0; i < s.mime->part_count; i = body_part_next(s.mime, i))
		if (part_has_type(&s.mime->parts[i], S("text"), S("")))
			check_value(&s, i);
	arena_done(&arena);
	octets_done(&octets);
}

TEST(jmap_corpus_mime)
{
	test_each_data_file("mime", 400, check_message);
}

TEST(jmap_corpus_bulk)
{
	test_each_data_file("bulk", 400, check_message);
}
