/*
 * fixture_test.h - a store in a folder of its own, for the tests beside
 *
 * Everything that must succeed is checked here, so tests say only what they
 * are about.
 */
#pragma once

#include "base/test.h"
#include "store/body.h"
#include "store/changes.h"
#include "store/check.h"
#include "store/delivery.h"
#include "store/search_index.h"

struct fixture {
	char folder[64];
	struct store *store;
	struct account *account;
	struct arena arena; /* for what is read */
	int64_t inbox;
};

void fixture_init(struct fixture *f);
void fixture_init_with(struct fixture *f, struct store_options options);
void fixture_done(struct fixture *f);
/* Closes store and account and opens them again. */
void fixture_reopen(struct fixture *f);

void fixture_begin(struct fixture *f);
/* Commits and checks every invariant. */
void fixture_commit(struct fixture *f);

/* Makes the search index until nothing is left to do. */
void fixture_index(struct fixture *f);

struct incoming *fixture_message(struct fixture *f, slice octets);
/* Appends to a mailbox within a transaction; gives the UID. */
uint32_t fixture_append(struct fixture *f, int64_t mailbox, slice octets, uint64_t flags);
/* A mailbox of that name, made if need be in a transaction of its own. */
int64_t fixture_mailbox(struct fixture *f, const char *name);
struct mailbox fixture_get(struct fixture *f, int64_t mailbox);
/* "1:3,5 " of a mailbox's UIDs, with flags as hex where there are: "1=8". */
slice fixture_list(struct fixture *f, int64_t mailbox);
struct interval_set fixture_set(const char *ranges); /* "1:3,5" */
slice fixture_set_text(struct fixture *f, const struct interval_set *s);
