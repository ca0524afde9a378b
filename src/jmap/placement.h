/*
 * placement.h - where an email is and what is said of it: mailboxIds, keywords and
 *               receivedAt (RFC 8621 4.1.1)
 */
#pragma once

#include "jmap/set.h"
#include "store/incoming.h"

struct placement {
	int64_t *mailboxes;
	uint32_t count;
	uint64_t flags;
};

/* Fills in both, or says in the outcome what is wrong, added to what it says already of
 * invalid properties. mailboxIds may name what this request has made; keywords are made
 * where they are new. keywords NULL: none. placement_done later in any case. */
enum err placement_read(struct call *c, struct account *a, const json_t *mailbox_ids,
			const json_t *keywords, struct placement *ret,
			struct set_outcome *o);
void placement_done(struct placement *p);
/* "receivedAt" of object, if it is there. */
void placement_received(const json_t *object, int64_t *ret, struct set_outcome *o);

/* The objects of an email that is there. */
enum err placement_keywords(struct account *a, uint64_t flags, json_t **ret);
struct email_view;
json_t *placement_mailboxes(const struct call *c, const struct email_view *e);

/* A new email, if the outcome has no error: "id", "blobId", "threadId" and "size". */
enum err placement_append(struct call *c, struct account *a,
			  const struct incoming *message, const struct placement *p,
			  int64_t received, struct set_outcome *o);
/* Adds a property to those at fault; other errors stay as they are. */
void placement_fault(struct set_outcome *o, const char *property, const char *text);
