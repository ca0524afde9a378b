/*
 * write_test.h - what the tests of the writing methods share
 */
#pragma once

#include "base/test.h"
#include "jmap/test_drive.h"

/* With mailboxes "$inbox" and "$drafts", an identity "$identity" of jo@example.test and
 * one "$any" of all addresses at jo.example.test. */
void write_test_init(struct test_drive *d);
/* The octets of the email whose id stands there; free them. */
slice write_test_message(struct test_drive *d, const char *pointer);
/* The header field of that name has this value; NULL: there is none. */
void write_test_field(slice message, const char *name, const char *value);
/* An upload with this content is "$name" from now on. */
void write_test_upload(struct test_drive *d, const char *name, slice content);
