/*
 * submission.h - EmailSubmission objects as they are kept (RFC 8621 7)
 *
 * A document (store/document.h) with what never changes, and what has been heard so far.
 * Shown is what holds at this moment: a mail is "pending" as long as it waits for its
 * time, and what became of one that has left is not known.
 */
#pragma once

#include "jmap/arguments.h"

/* What a document has besides "identityId", "emailId", "threadId", "envelope" and
 * "undoStatus" as they are shown:
 *   "sendAt"          UNIX seconds
 *   "queueId"         of jmap_sent
 *   "deliveryStatus"  as shown at first */

/* ERR_NOT_FOUND also for an id that is none. */
enum err submission_load(struct call *c, struct account *a, const char *id, json_t **ret);
/* The oldest makes room where there is none. */
enum err submission_add(struct account *a, const json_t *kept, int64_t *ret_id);
enum err submission_save(struct account *a, int64_t id, const json_t *kept);
/* Whether it may still be taken back. */
bool submission_is_pending(const struct call *c, const json_t *kept);
/* The whole object; new. */
json_t *submission_object(const struct call *c, int64_t id, const json_t *kept);

enum err submission_state(struct call *c, struct account *a, uint64_t *ret);
extern const char *const submission_properties[]; /* ends with NULL */

/* Each, in the order of their ids; kept is borrowed. false ends. */
typedef bool submission_visitor(void *context, int64_t id, json_t *kept);
enum err submission_each(struct account *a, submission_visitor *visit, void *context);
