/*
 * call_private.h - the inside of a request and of the call in hand
 *
 *   unread --prepare--> reading calls ... --answer written--> CLOSE
 *              '--- a problem -------------------------------> CLOSE
 *
 * One call is in hand at a time (request.c has the order of things). Of its steps those
 * that only read are run in a row, calls of one request after each other, as long as a
 * slice lasts; a step that writes is a job of its own, so that what a run is repeated
 * with is only what stood before the job.
 */
#pragma once

#include "base/container.h"
#include "jmap/call.h"

enum {
	ANSWER_SPARE = 2 * JMAP_REQUEST_MAX, /* octets besides what is counted: ids of
						calls and of what was made */
	RESOLVED_MAX = 1'000'000,            /* values that result references of a request
						may look at */
};

struct call {
	struct jmap_request *request;
	const struct method *method; /* NULL: it failed before it began */
	json_t *name, *id;           /* as the request has them */
	json_t *arguments;
	void *state;
	unsigned step;
	bool is_prepared; /* the present step's prepare has run */
	bool wants_again;
	bool has_failed;
	json_t *response;     /* the arguments of it, or of the error */
	size_t reserved;      /* octets that the response was said to have */
	size_t octets;        /* those it has; 0: not counted yet */
	json_t *created;      /* by this run: creation id -> id */
	const char *follower; /* the method that follows, or NULL */
	json_t *follower_arguments;
};

struct jmap_request {
	struct job job;
	const struct jmap_host *ops;
	void *host;
	const struct jmap_user *user;
	int64_t now; /* UNIX seconds */
	enum want want;
	bool is_asking; /* inside a step's ask */

	struct buf content; /* until it was parsed */
	bool was_parsed;
	json_t *root;
	unsigned uses; /* bits 1 << jmap_capability */
	json_t *calls; /* borrowed from root */
	size_t next;   /* of calls, the one after that in hand */
	json_t *created;
	bool tells_created; /* "createdIds" was given */
	size_t resolved;    /* values that result references have looked at */

	struct call *call; /* in hand, or NULL */
	bool may_run;      /* prepare has found it so: a step that writes */
	int64_t until_ms;  /* the end of the slice (clock_monotonic_ms) */

	json_t *responses; /* invocations */
	size_t octets;     /* of them */
	unsigned status;   /* 0: not answered yet */
	struct buf answer;
};

/* --- request_parse.c --- */

/* Reads content, or leaves a problem as the answer. */
void request_parse(struct jmap_request *r);

/* --- problem.c: the answer is a problem (RFC 8620 3.6.1, RFC 7807) --- */

void problem_not_json(struct jmap_request *r, const char *detail);
void problem_not_request(struct jmap_request *r, const char *detail);
void problem_unknown_capability(struct jmap_request *r, const char *capability);
void problem_limit(struct jmap_request *r, const char *limit);

/* --- call_begin.c --- */

/* The next of the request's calls, ready for its first step or failed. */
void call_begin(struct jmap_request *r);
/* The one that call_follow has asked for. */
struct call *call_begin_follower(struct call *before);
void call_free(struct call *c);

/* --- call.c --- */

/* The step that is due; NULL: none is left, or the call has failed. */
const struct step *call_step(struct call *c);
/* Runs the step's job half; a failure of ours becomes the response. Returns false when a
 * writing run must be undone. */
bool call_run(struct call *c, const struct step *s, struct account *a);
/* The step's work is committed: its effects come, the next is due, or the same again. */
void call_commit(struct call *c);
/* Our own failure, as a method-level error. */
void call_break(struct call *c, enum err e);

/* --- reference.c --- */

/* Replaces the "#name" members of arguments by what they point to; false after call_fail
 * (RFC 8620 3.7). */
bool references_resolve(struct call *c, json_t *arguments);

/* --- answer.c --- */

/* Counts the response and, when it is too much, fails the call. */
void answer_measure(struct call *c);
/* Adds the call's response; the call is over. */
void answer_add(struct call *c);
void answer_write(struct jmap_request *r);

/* --- session.c --- */

/* What "sessionState" says (RFC 8620 3.4). */
void session_state_write(const struct jmap_user *user, struct buf *out);
