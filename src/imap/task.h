/*
 * task.h - one command in hand: its request, its job, its answer
 *
 * parse    on the loop: grammar only; fills request. False is answered BAD.
 * start    on the loop: what needs no account, or prepares the job; it ends in
 *          task_answer or task_submit, or leaves the session waiting.
 * work     in the job (base/job.h): reads request, set, uids and the lent view,
 *          writes out, code and result. Sets more when it has filled a slice.
 * done     on the loop, after each run of work that was committed.
 * finish   on the loop, at the end: the tagged answer, where OK is not all.
 * discard  frees what the request holds besides the arena.
 *
 * A job may be run again when its group was lost, so work keeps its place in
 * the result and done takes it over into the request.
 *
 * After the work, in the same job, comes the look at what else has changed in
 * the selected mailbox (sync.h), where the command allows it.
 */
#pragma once

#include "base/arena.h"
#include "imap/flags.h"
#include "imap/names.h"
#include "imap/seqset.h"
#include "imap/sync.h"

struct imap;
struct notify;
struct task;

enum answer { ANSWER_OK, ANSWER_NO, ANSWER_BAD };

/* A command that is refused before it has a task. code and text as of task_answer. */
struct refusal {
	enum answer how;
	slice code, text;
};

enum { TASK_ARENA_MAX = 4 * 1024 * 1024, TASK_SCRATCH_MAX = 32 * 1024 * 1024 };

struct command_ops {
	bool (*parse)(struct task *t, slice *in);            /* NULL: no arguments */
	void (*start)(struct task *t);                       /* NULL: task_submit */
	void (*prepare)(struct job *j);                      /* as struct job's */
	enum err (*work)(struct task *t, struct account *a); /* NULL: only the sync */
	void (*done)(struct task *t);
	/* On the loop, when all has been told; NULL: task_answer_ok. */
	void (*finish)(struct task *t);
	void (*discard)(struct task *t);
	/* On the loop, between two runs: how many messages are done, of how many. False
	 * where no other response may stand now. NULL: nothing is told. */
	bool (*progress)(const struct task *t, uint32_t *ret_done, uint32_t *ret_goal);
	enum job_level level;
	/* Where it cannot be written, work is run again at JOB_READS, with only_reads. */
	bool reads_at_need;
};

struct task {
	struct job job; /* first */
	struct imap *session;
	const struct command *command;
	bool by_uid; /* the command came behind UID */
	/* Set by parse: though it did, it names messages by sequence number. */
	bool uses_numbers;
	unsigned enables; /* set by parse: enum enabled that the command implies */
	/* Where work runs: the session's account, that of the selected mailbox, or what
	 * start or done say. */
	int64_t account;
	slice prefix;       /* of its names, where it is another's */
	slice tag;          /* empty: no command of the client's, nothing is answered */
	struct task *below; /* IDLE, which goes on when this is done; or NULL */
	struct buf text;    /* the command: what the request points into */
	struct arena arena; /* the request's */
	void *request;      /* the command's own struct, in the arena */
	struct seqset set;  /* of a command that takes one */
	struct interval_set uids; /* what it means */

	/* What a run of the job gives; begun anew with each run. */
	const struct view *view;   /* lent; NULL when no mailbox is selected */
	const struct names *names; /* lent: the session's, or those below */
	const struct names *names_of_session;
	struct names lent; /* access_lend_names */
	unsigned rights;   /* enum right, on the selected mailbox */
	int64_t home;      /* the session's account */
	unsigned enabled;  /* a copy of the session's */
	/* Of annotations in the session's account: up to which modseq changes have been
	 * told before the run, and by it (metadata_reply.h). */
	uint64_t metadata_told, metadata_until;
	uint64_t selected_metadata_until; /* the same in the account of the view */
	bool has_told_metadata; /* set by the work: nothing is left to be told */
	unsigned events; /* enum notify_event that are told of the view's mailbox */
	const struct notify *notify; /* lent; NULL while it asks for nothing */
	struct notify_look *other;   /* what became of these; notify.c's */
	struct arena scratch;
	struct buf out;  /* untagged responses */
	struct buf code; /* of the tagged response, without brackets */
	slice complaint; /* task_complain; or empty */
	/* Set by parse, start or work when there were more messages than the limit: the
	 * lowest UID that was worked on (message_limit.h). */
	uint32_t lowest;
	bool more;       /* work is to be run again when out has been sent */
	bool must_write; /* with more: at JOB_WRITES_FLAGS, whatever the command's level
			  */

	int64_t told_at; /* UNIX seconds: since then the client has heard nothing of how
			    it goes */
	bool is_running; /* from task_submit on, until all is told */
	bool only_reads; /* what it would write could not be written */
	bool has_worked; /* done was called with more false */
	bool has_asked;  /* in another's account: the rights were asked for (access.h) */
	bool was_admitted; /* between two runs: the rights are those of the first */
	bool owes_look;  /* the work ran in another account than the selected mailbox's */
	bool has_synced; /* what has changed is told */
	bool updates;    /* contexts.h: the job looks at searches, and gave_up on them */
	bool gave_up;
	struct sync sync;
};

/* The command in hand from now on. The text of the input moves into it. */
struct task *task_new(struct imap *s, const struct command *c, slice tag, bool by_uid);
void task_free(struct task *t);
/* One of our own, which the text does not move into; on top of IDLE where that is in
 * hand.
 */
struct task *task_new_silent(struct imap *s, const struct command *c);
/* The end of it, without an answer. */
void task_end(struct task *t);
/* A zeroed request in the arena. */
void *task_request(struct task *t, size_t size);

/* In work: what to answer instead of the table's words for the failure, or, with
 * ERR_NONE, instead of OK. */
void task_complain(struct task *t, slice code, slice text);

/* In work: whether the job runs in the session's own account. */
bool task_is_at_home(const struct task *t, const struct account *a);

/* The engine wants the job. */
void task_submit(struct task *t);
/* Goes on with telling, working or answering: after a run, when the output has drained.
 */
void task_proceed(struct task *t);

/* The tagged response, and the end of the task. code may be empty: it stands in brackets.
 */
void task_answer(struct task *t, enum answer how, slice code, slice text);
void task_answer_ok(struct task *t); /* "VERB completed" */
