/*
 * draft.h - an Email that a client wants to have made (RFC 8621 4.6)
 *
 *   draft_parse    the object becomes a tree of parts, or a list of what is wrong
 *   draft_open     with the account: the blobs that it names are opened
 *   draft_compose  the message is written (message/compose.h)
 *
 * Each step goes on from where the one before left off; where that found a fault, it does
 * nothing. draft_parse and draft_compose need no account. The object outlives the draft.
 */
#pragma once

#include "jmap/call.h"
#include "jmap/header_form.h"
#include "message/compose.h"
#include "store/incoming.h"

struct set_outcome;
struct draft_blob;

enum {
	DRAFT_PARTS_MAX = 1000,
	DRAFT_DEPTH_MAX = 50, /* of parts within each other */
	DRAFT_ARENA_MAX = 32 * 1024 * 1024,
	DRAFT_BLOBS_MAX = 200, /* open at once, of all drafts of a call */
};

struct draft {
	struct arena arena;
	json_t *faults;        /* names of properties */
	char description[200]; /* of the first */
	bool is_too_large;     /* in parts or octets */
	json_t *missing;       /* blob ids that name nothing */
	struct draft_blob *blobs;
	uint32_t blob_count, part_count;
	json_t *object;    /* as given; borrowed */
	json_t *used;      /* its header fields: a name in lower case -> property */
	struct buf fields; /* of the message */
	struct compose_part *root;
	uint64_t attached;        /* octets of blobs read so far */
	struct incoming *message; /* composed and finished */
	enum err failure;
};

void draft_init(struct draft *d);
void draft_done(struct draft *d);
void draft_parse(struct draft *d, json_t *object);
/* Repeatable. */
enum err draft_open(struct draft *d, struct account *a);
void draft_compose(struct draft *d, struct store *store, const struct jmap_user *user,
		   int64_t now);
/* What is wrong with it, as a SetError; false where nothing is. */
bool draft_refuse(struct draft *d, uint64_t message_max, struct set_outcome *o);
