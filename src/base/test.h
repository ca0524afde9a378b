/*
 * test.h - unit tests: TEST(name) { ... } registers and runs itself
 *
 * A thin wrap of cmocka. One test program per folder is linked from all its
 * *_test.c files and test_main.c; `PROGRAM PATTERN` runs the tests whose name
 * contains PATTERN. CHECK goes on to say what was expected; a failed check
 * ends its test.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/slice.h"

struct test {
	const char *name;
	void (*run)(void **state);
	struct test *next;
};

void test_register(struct test *t);
/* Fails the running test unless got equals want; prints both, escaped. */
void test_slice_eq(slice got, slice want, const char *file, int line);
/* $POSTROOM_TESTDATA/name or NULL where the public test data is not at hand:
 * then the caller returns after TEST_SKIP(). The caller frees. */
char *test_data_path(const char *name);
/* A whole file, malloc'ed; fails the test when it cannot be read. */
slice test_read_file(const char *path);
/* Checks each file below $POSTROOM_TESTDATA/name, of which there must be more than
 * `above`; without the data the running test is skipped. */
void test_each_data_file(const char *name, unsigned above, void (*check)(slice content));

#define TEST(test_name)                                                                  \
	static void test_##test_name(void **);                                           \
	__attribute__((constructor)) static void register_##test_name(void)              \
	{                                                                                \
		static struct test t = { #test_name, test_##test_name, NULL };           \
		test_register(&t);                                                       \
	}                                                                                \
	static void test_##test_name([[maybe_unused]] void **state)

#define TEST_SKIP() skip()
#define CHECK(condition) assert_true(condition)
#define CHECK_INT(got, want) assert_int_equal(got, want)
#define CHECK_SLICE(got, want) test_slice_eq(got, want, __FILE__, __LINE__)
