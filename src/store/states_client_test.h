/*
 * states_client_test.h - a client that knows the store by what states.h tells it alone
 */
#pragma once

#include "store/fixture_test.h"
#include "store/states.h"

enum { KNOWN_MAX = 4000 };

/* What a client keeps of an object: digests of its parts. */
struct known {
	int64_t id;
	uint64_t body, counts;
};

struct client {
	enum state_kind kind;
	uint64_t state;
	uint32_t max; /* of changes at once */
	struct known list[KNOWN_MAX];
	uint32_t count;
	uint32_t restarts, pages;
};

/* Reads all anew. */
void client_start(struct fixture *f, struct client *c);
/* One page of changes, or all anew where they cannot be told; true when there are more.
 */
bool client_follow_once(struct fixture *f, struct client *c);
/* To the end; then it knows what is there. */
void client_follow(struct fixture *f, struct client *c);
