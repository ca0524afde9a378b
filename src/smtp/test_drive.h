/*
 * test_drive.h - drives an engine with a test host as a connection would
 */
#pragma once

#include "smtp/test_host.h"

struct engine *test_host_connect(struct test_host *h, const struct tls_facts *tls);
/* Answers what was asked; false: nothing was. */
bool test_host_answer(struct test_host *h);
void test_host_send(struct test_host *h);
/* One step of what a connection does, without feeding; false: it is to be fed, or over.
 */
bool test_host_step(struct test_host *h, bool held);
/* A whole session: the client sends input, cut into pieces of cut octets, then ends its
 * side. The session is over afterwards. */
void test_host_replay(struct test_host *h, slice input, size_t cut);
