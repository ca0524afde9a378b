/*
 * submission_set.h - inside of EmailSubmission/set (RFC 8621 7.5)
 *
 *   look      with the account: each mail to be sent is read and checked, each that is to
 *             be taken back is found
 *   ask       the host, for one after the other
 *   write     what became of them
 *
 * What a client can have done wrong is found before anything is sent: then ifInState,
 * too, has held.
 */
#pragma once

#include "base/arena.h"
#include "jmap/outgoing.h"
#include "jmap/set.h"
#include "store/incoming.h"

struct submission_set;

/* A submission to be created. */
struct sending {
	struct submission_set *set;
	const char *name;
	json_t *object;
	struct arena arena;
	struct set_outcome refusal; /* found before it was sent */
	struct outgoing envelope;
	int64_t email, thread;
	struct incoming *message;
	struct jmap_mail mail;

	bool is_asked, is_answered;
	enum err outcome;
	int64_t queue_id;
	json_t *status; /* deliveryStatus */
};

/* One to be taken back. */
struct recalling {
	struct submission_set *set;
	const char *id;
	struct jmap_recall recall;
	bool is_asked, is_answered;
	enum err outcome;
};

struct submission_set {
	struct call *call;
	struct sending *sendings;
	struct recalling *recalls;
	size_t sending_count, recall_count, looked_at;
	bool is_asking; /* ask goes on in its loop */
	json_t *emails; /* of what went well: an id, or "#name" -> emailId */
};

extern const struct set_type submission_set_type;

enum err submission_look(struct call *c, struct account *a);
/* Whether that patch may be, and what it asks; *ret_kept is the document, if there is
 * one. */
enum err submission_check_update(struct call *c, struct account *a, const char *id,
				 json_t *patch, struct set_outcome *o, json_t **ret_kept,
				 bool *ret_cancels);

/* look: reads and checks. */
enum err sending_look(struct call *c, struct account *a, struct sending *s);
void sending_done(struct sending *s);
/* ask: hands in what there is to do, then the call goes on. */
void submission_ask(struct call *c);
/* Why it is not on its way, if so. */
void sending_judge(struct call *c, const struct sending *s, struct set_outcome *o);
