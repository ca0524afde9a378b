#include "base/test.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>

enum { TESTS_MAX = 2000 };

static struct test *first, **last = &first;

void test_register(struct test *t)
{
	*last = t;
	last = &t->next;
}

static void print_escaped(const char *label, slice s)
{
	fprintf(stderr, "%s (%zu): ", label, s.n);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c < 0x7f && c != '\\')
			fputc(c, stderr);
		else
			fprintf(stderr, "\\x%02x", c);
	}
	fputc('\n', stderr);
}

void test_slice_eq(slice got, slice want, const char *file, int line)
{
	if (slice_eq(got, want)) return;
	print_escaped("got ", got);
	print_escaped("want", want);
	_fail(file, line);
}

char *test_data_path(const char *name)
{
	const char *root = getenv("POSTROOM_TESTDATA");
	char *path = NULL;

	if (!root || asprintf(&path, "%s/%s", root, name) < 0) return NULL;
	return path;
}

slice test_read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *bytes;
	long n;

	if (!f) fail_msg("cannot open %s", path);
	fseek(f, 0, SEEK_END);
	n = ftell(f);
	rewind(f);
	bytes = malloc((size_t)n + 1);
	if (!bytes || fread(bytes, 1, (size_t)n, f) != (size_t)n)
		fail_msg("cannot read %s", path);
	fclose(f);
	return (slice){ bytes, (size_t)n };
}

static void (*check_content)(slice content); /* nftw knows no context */
static unsigned checked;

static int check_file(const char *path, const struct stat *, int kind, struct FTW *)
{
	slice content;

	if (kind != FTW_F) return 0;
	content = test_read_file(path);
	check_content(content);
	free((char *)(uintptr_t)content.p);
	checked++;
	return 0;
}

void test_each_data_file(const char *name, unsigned above, void (*check)(slice content))
{
	char *path = test_data_path(name);

	if (!path) {
		TEST_SKIP();
		return;
	}
	check_content = check;
	checked = 0;
	CHECK_INT(nftw(path, check_file, 16, FTW_PHYS), 0);
	CHECK(checked > above);
	free(path);
}

int main(int argc, char **argv)
{
	static struct CMUnitTest tests[TESTS_MAX];
	size_t count = 0;

	for (struct test *t = first; t && count < TESTS_MAX; t = t->next)
		if (argc < 2 || strstr(t->name, argv[1]))
			tests[count++] = (struct CMUnitTest){ .name = t->name,
							      .test_func = t->run };
	return _cmocka_run_group_tests(argv[0], tests, count, NULL, NULL) != 0;
}
