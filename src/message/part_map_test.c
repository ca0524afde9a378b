#include <string.h>

#include "base/test.h"
#include "message/part_map.h"

/* RFC 9051 6.4.5.1, example of section numbers, without its parts 1 to 3's content. */
#define PART(boundary, type) "--" boundary "\r\nContent-Type: " type "\r\n\r\n"

static const char example[] = "Content-Type: multipart/mixed; boundary=a\r\n\r\n" PART(
	"a",
	"TEXT/"
	"PLAIN;"
	" chars"
	"et="
	"UTF-8") "one\r\n" PART("a",
				"APPLICATION/OCTET-STREAM") "two\r\n" PART("a",
									   "MESSAGE/"
									   "RFC822") "Con"
										     "ten"
										     "t-"
										     "Typ"
										     "e: "
										     "mul"
										     "tip"
										     "art"
										     "/mi"
										     "xed"
										     "; "
										     "bou"
										     "nda"
										     "ry="
										     "b\r"
										     "\n"
										     "\r"
										     "\n" PART("b", "TEXT/PLAIN") "3.1\r\n" PART(
											     "b",
											     "APPLICATION/OCTET-STREAM") "3.2\r\n--b--\r\n" PART("a",
																		 "MULTIPART/MIXED; boundary=c")
											     PART("c", "IMAGE/GIF") "4.1\r\n" PART(
												     "c",
												     "MES"
												     "SAG"
												     "E/"
												     "RFC"
												     "82"
												     "2") "Content-Type: multipart/mixed; boundary=d\r\n\r\n" PART("d",
																				   "TEXT/PLAIN") "4.2.1\r\n" PART("d",
																								  "MULTIPA"
																								  "RT/"
																								  "ALTERNA"
																								  "TIVE; "
																								  "boundar"
																								  "y=e")
												     PART("e",
													  "TEXT/HTML") "4.2.2."
														       "1\r\n" PART(
															       "e",
															       "TEXT/"
															       "RICHTEX"
															       "T") "4."
																    "2."
																    "2."
																    "2"
																    "\r"
																    "\n"
																    "--"
																    "a-"
																    "-";

static slice pack(const char *message, struct buf *out)
{
	struct arena arena;

	arena_init(&arena, MIME_ARENA_MAX);
	buf_init(out, 10'000);
	CHECK(part_map_pack(mime_parse(&arena, slice_of(message)), out));
	arena_done(&arena);
	return buf_slice(out);
}

/* The body of the part at path begins with want; want NULL: there is no such part. */
static void check_find(const char *message, const struct part_map *map,
		       const uint32_t *path, uint32_t depth, const char *want)
{
	uint32_t index;
	bool found = part_map_find(map, path, depth, &index);

	CHECK(found == (want != NULL));
	if (!want) return;

	const struct part_place *part = &map->parts[index];
	slice body = { message + part->body_start,
		       (size_t)(part->end - part->body_start) };
	CHECK_SLICE(slice_head(body, strlen(want)), slice_of(want));
}

TEST(part_map_finds_sections)
{
	static const struct {
		uint32_t depth, path[5];
		const char *body;
	} t[] = {
		{ 0, { 0 }, "--a" },
		{ 1, { 1 }, "one" },
		{ 1, { 2 }, "two" },
		{ 1, { 3 }, "Content-Type" },
		{ 2, { 3, 1 }, "3.1" },
		{ 2, { 3, 2 }, "3.2" },
		{ 1, { 4 }, "--c" },
		{ 2, { 4, 1 }, "4.1" },
		{ 3, { 4, 2, 1 }, "4.2.1" },
		{ 4, { 4, 2, 2, 1 }, "4.2.2.1" },
		{ 4, { 4, 2, 2, 2 }, "4.2.2.2" },
		{ 4, { 4, 2, 2, 3 }, NULL },
		{ 1, { 0 }, NULL },
		{ 1, { 5 }, NULL },
		{ 2, { 1, 1 }, NULL },
		{ 2, { 3, 3 }, NULL },
	};
	struct part_map map;
	struct arena arena;
	struct buf packed;

	arena_init(&arena, 100'000);
	CHECK(part_map_unpack(pack(example, &packed), &arena, &map));
	CHECK_SLICE(map.parts[1].charset, S("utf-8"));
	CHECK(map.parts[1].is_text && !map.parts[1].is_html && !map.parts[2].is_text);
	for (size_t i = 0; i < countof(t); i++)
		check_find(example, &map, t[i].path, t[i].depth, t[i].body);
	buf_done(&packed);
	arena_done(&arena);
}

/* A message that is no multipart has one part, itself; so has one that is a message. */
TEST(part_map_finds_the_only_part)
{
	static const char single[] = "A: b\r\n\r\nbody";
	static const char message[] =
		"Content-Type: message/rfc822\r\n\r\nA: b\r\n\r\ninner";
	struct part_map map;
	struct arena arena;
	struct buf packed;

	arena_init(&arena, 100'000);
	CHECK(part_map_unpack(pack(single, &packed), &arena, &map));
	check_find(single, &map, (uint32_t[]){ 1 }, 1, "body");
	check_find(single, &map, (uint32_t[]){ 2 }, 1, NULL);
	check_find(single, &map, (uint32_t[]){ 1, 1 }, 2, NULL);
	buf_done(&packed);
	CHECK(part_map_unpack(pack(message, &packed), &arena, &map));
	check_find(message, &map, (uint32_t[]){ 1 }, 1, "A: b");
	check_find(message, &map, (uint32_t[]){ 1, 1 }, 2, "inner");
	check_find(message, &map, (uint32_t[]){ 1, 1, 1 }, 3, NULL);
	buf_done(&packed);
	arena_done(&arena);
}

/* Parts of a map that was accepted are nested, whatever the octets were. */
static void check_damaged(slice packed)
{
	struct part_map map;
	struct arena arena;

	arena_init(&arena, 1'000'000);
	if (part_map_unpack(packed, &arena, &map))
		for (uint32_t i = 1; i < map.count; i++) {
			const struct part_place *part = &map.parts[i];
			const struct part_place *parent = &map.parts[part->parent];

			CHECK(part->parent < i && part->end_index <= parent->end_index);
			CHECK(part->start >= parent->body_start &&
			      part->end <= parent->end);
		}
	arena_done(&arena);
}

TEST(part_map_survives_damage)
{
	struct buf packed;
	slice whole = pack(example, &packed);

	for (size_t at = 0; at < whole.n; at++) {
		char *octet = packed.p + packed.start + at, kept = *octet;

		check_damaged(slice_head(whole, at));
		for (int value = 0; value < 256; value++) {
			*octet = (char)value;
			check_damaged(whole);
		}
		*octet = kept;
	}
	buf_done(&packed);
}
