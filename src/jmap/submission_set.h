/*
 * submission_set.h - inside of EmailSubmission/set (RFC 8621 7.5)
 *
 *   look      with the account: each mail to be sent is read and checked, each that is to
 *             be taken back is found
 *   ask       the host, for one after the other
 *   write     what became of them
 *
 * What a client can have done wrong is found before anything is sent: then ifInState, too,
 * has held.
 */
#pragma once

#include "base/arena.h"
#include "jmap/outgoing.h"
#include "jmap/set.h"
#include "store/incoming.h"

/* A submission to be created. */
struct sending {
	const char *name;
	json_t *object;
	struct arena arena;
	struct set_outcome refusal; /* found before it was sent */
	struct outgoing envelope;
	int64_t email, thread;
	struct incoming *message;
	struct jmap_mail mail;

	bool is_asked;
	enum err outcome;
	int64_t queue_id;
	json_t *status; /* deliveryStatus */
};

/* One to be taken back. */
struct recalling {
	const char *id;
	struct jmap_recall recall;
	bool is_asked;
	enum err outcome;
};

struct submission_set {
	struct call *call;
	bool is_read;
	struct sending *sendings;
	struct recalling *recalls;
	size_t sending_count, recall_count, looked_at;
	bool is_asking; /* ask goes on in its loop */
	json_t *emails; /* of what went well: an id, or "#name" -> emailId */
};

/* look: fills in one; reads message and identity. */
enum err sending_look(struct call *c, struct account *a, struct sending *s);
void sending_done(struct sending *s);
/* ask: hands in what there is to do, then the call goes on. */
void submission_ask(struct call *c);
/* What became of it, as an outcome: none of the errors where it is on its way. */
void sending_judge(const struct sending *s, struct set_outcome *o);
/* A copy of an outcome that stays. */
void outcome_copy(const struct set_outcome *from, struct set_outcome *to);
