/*
 * test_host.h - a host that answers each request with what it heard of it, for tests and
 *               fuzz targets
 *
 * How often, the first letter of the path says: "/n" STREAM_PIECES times in chunks, "/l"
 * the same with its length before it, "/e" once, as the first of endless events.
 */
#pragma once

#include "http/server.h"

enum { TEST_ROOM = 1000, STREAM_PIECES = 3000, BRIEF_PIECES = 700, BRIEF_PIECE = 100 };

struct test_host {
	struct http_server *http;
	struct buf heard;
	bool is_hearing;
	bool answers_early; /* at the head */
	bool takes_later;   /* the content: test_take_now */
	char how;           /* of the path */
	uint32_t sent;      /* pieces of a stream */
	bool is_brief;      /* streams are as short as can make them wait */
	uint32_t changes;   /* heard of */
	int64_t ticks;
};

struct engine *test_connect(struct test_host *h);
void test_disconnect(struct test_host *h, struct engine *e);
/* Says it in pieces of cut octets, as net does: what was not taken comes again with more
 * behind it. Then the client's side ends. */
void test_talk(struct engine *e, slice said, size_t cut, struct buf *answer);
int64_t test_now(void *host);
