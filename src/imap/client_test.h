/*
 * client_test.h - a client for tests that say much and look at all of the reply
 */
#pragma once

#include "imap/test_host.h"

struct test_client {
	struct test_host host;
	struct engine *engine; /* jo is logged in */
	struct buf replies;    /* to what was said last */
	size_t most;           /* octets that the output ever held */
};

void test_client_open(struct test_client *c);
void test_client_close(struct test_client *c);
/* Until all is answered. */
void test_client_say(struct test_client *c, slice bytes);
/* How often this stands in the replies. */
size_t test_client_count(const struct test_client *c, slice what);
/* Appends a message to jo's INBOX that often, behind the session's back. */
void test_client_deliver(struct test_client *c, slice message, int times);
