/*
 * call.h - a method call in hand, and what a method is (RFC 8620 3.2, 3.6)
 *
 * A method is a row of methods.c: its name, whose capability must be in "using", and its
 * steps, one job or question each, in order. A step's run is repeatable (base/job.h): it
 * sets the call's response anew, and tells the request nothing but through the functions
 * here, whose effect comes once the step is committed.
 *
 * A step that fails by its client's fault calls call_fail and returns ERR_NONE; nothing
 * may have been written then. What a run returns otherwise is our failure:
 * serverUnavailable (ERR_LATER) or serverFail.
 */
#pragma once

#include <jansson.h>

#include "base/job.h"
#include "jmap/jmap.h"

struct call;
struct account;

struct step {
	/* All may be NULL; a step with none of them is the end. */
	bool (*is_needed)(const struct call *c);            /* else it is passed over */
	void (*prepare)(struct call *c);                    /* on a worker, no account */
	enum err (*run)(struct call *c, struct account *a); /* the job */
	void (*ask)(struct call *c);                        /* the host; on the loop */
	enum job_level level;                               /* of run */
};

enum { STEPS_MAX = 5 };

enum jmap_capability {
	CAPABILITY_CORE,
	CAPABILITY_MAIL,
	CAPABILITY_SUBMISSION,
	CAPABILITY_VAPID, /* RFC 9749: no methods, but a key */
};

struct method {
	const char *name; /* "Email/get" */
	enum jmap_capability capability;
	bool has_no_account; /* it takes no "accountId" (RFC 8620 4, 7.2) */
	size_t state_size;   /* octets of call_state, zeroed before step 1 */
	struct step steps[STEPS_MAX];
	void (*free)(void *state); /* what state holds, not state itself; or NULL */
};

const struct method *method_find(slice name);

/* --- what a method may ask of its call --- */

const struct jmap_user *call_user(const struct call *c);
int64_t call_now(const struct call *c); /* UNIX seconds, the same for all of a request */
void *call_state(const struct call *c); /* the method's own, kept between its steps */
/* Borrowed. Result references (RFC 8620 3.7) are resolved, and "accountId" was checked.
 */
json_t *call_arguments(const struct call *c);

/* --- what it answers --- */

/* The arguments of the response; stolen, and in place of an earlier one. */
void call_respond(struct call *c, json_t *arguments);
/* An "error" response (RFC 8620 3.6.2) in its place. type is a literal. */
void call_fail(struct call *c, const char *type, const char *description, ...)
	__attribute__((format(printf, 3, 4)));
bool call_has_failed(const struct call *c);
/* For a long reading step: run again, with the same step, when others had their turn. */
void call_again(struct call *c);
/* The clock says that a slice is over (JOB_SLICE_MS). */
bool call_is_late(const struct call *c);
/* Octets that the response will have, about; past JMAP_ANSWER_MAX for the request the
 * call fails with requestTooLarge, and false comes back. */
bool call_reserve(struct call *c, size_t octets);

/* --- ids of what is made (RFC 8620 5.3) --- */

/* The id behind "#name", or NULL; others are returned as they are. */
const char *call_id(const struct call *c, const char *id_or_reference);
/* From the commit on "#name" stands for id. Both are copied. */
void call_created(struct call *c, const char *name, const char *id);

/* Another call whose response follows with the same call id (RFC 8621 7.5:
 * onSuccessUpdateEmail), from the last step's run. arguments are stolen. */
void call_follow(struct call *c, const char *method, json_t *arguments);

/* The host's answer to a step's ask is there: go on with the next step. */
void call_resume(struct call *c);
struct jmap_request *call_request(struct call *c);
