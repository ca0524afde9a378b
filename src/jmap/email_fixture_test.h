/*
 * email_fixture_test.h - for the tests of reading: emails of a test_drive by names
 */
#pragma once

#include "jmap/test_drive.h"

/* A message arrives in INBOX; $name stands for its id. Gives the store's number. */
int64_t test_email(struct test_drive *d, const char *name, slice message);
/* $name stands for that text. */
void test_keep(struct test_drive *d, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Calls a method with accountId and further arguments. */
void test_call(struct test_drive *d, const char *method, const char *arguments);
