/*
 * mime_dump FILE... - the part tree of each file, a line of JSON each: for tests
 *
 * tests/differential/mime.py compares it with what other parsers find.
 */
#include <stdio.h>
#include <stdlib.h>

#include "message/mime.h"

static bool read_file(const char *path, slice *ret)
{
	FILE *f = fopen(path, "rb");
	char *bytes = NULL;
	size_t n = 0;

	if (!f) return false;
	while (!ferror(f) && !feof(f)) {
		bytes = realloc(bytes, n + 65536);
		if (!bytes) abort();
		n += fread(bytes + n, 1, 65536, f);
	}
	fclose(f);
	*ret = (slice){ bytes, n };
	return true;
}

/* Each octet is the code point of its value, so that any octets make JSON. */
static void print_string(const char *key, slice s)
{
	printf("\"%s\":\"", key);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
			putchar(c);
		else
			printf("\\u%04x", c);
	}
	putchar('"');
}

static void print_number(const char *key, uint64_t n)
{
	printf(",\"%s\":%llu", key, (unsigned long long)n);
}

static void print_part(const struct mime_part *part)
{
	static const char *const kinds[] = { "leaf", "multipart", "message" };

	printf("{\"kind\":\"%s\",", kinds[part->kind]);
	print_string("type", part->type);
	putchar(',');
	print_string("subtype", part->subtype);
	putchar(',');
	print_string("encoding", part->encoding_name);
	putchar(',');
	print_string("disposition", part->disposition);
	print_number("parent", part->parent);
	print_number("depth", part->depth);
	print_number("start", part->start);
	print_number("body_start", part->body_start);
	print_number("end", part->end);
	print_number("header_lines", part->header_lines);
	print_number("body_lines", part->body_lines);
	print_number("fields", part->field_count);
	putchar('}');
}

static void print_message(const char *path, slice message)
{
	struct arena arena;

	arena_init(&arena, MIME_ARENA_MAX);

	const struct mime *m = mime_parse(&arena, message);
	putchar('{');
	print_string("file", slice_of(path));
	printf(",\"truncated\":%s,\"parts\":[", m->truncated ? "true" : "false");
	for (uint32_t i = 0; i < m->part_count; i++) {
		if (i) putchar(',');
		print_part(&m->parts[i]);
	}
	puts("]}");
	arena_done(&arena);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		slice message;

		if (!read_file(argv[i], &message)) {
			perror(argv[i]);
			return 1;
		}
		print_message(argv[i], message);
		free((char *)(uintptr_t)message.p);
	}
	return 0;
}
