/*
 * world.h - what a crash scenario does, and what is remembered of it
 *
 * A scenario is a row of steps, each a transaction of its own. The child that
 * runs it tells through shared memory which were acknowledged; the state after
 * each is known from a run without faults, as text.
 */
#pragma once

#include <stdint.h>

#include "queue/queue.h"
#include "store/body.h"
#include "store/check.h"
#include "store/delivery.h"
#include "store/states.h"

enum { STEPS_MAX = 6, STATE_MAX = 8192, BULK = 10 };

struct shared {
	int calls;
	int acknowledged;         /* steps whose commit returned ERR_NONE */
	int acknowledged_durable; /* those of them that no power cut may take */
	bool unknown;             /* the store was opened, but is out of service */
	bool finished;            /* the process came to its end */
	uint64_t modseq;          /* the highest that was seen; of a queue, the id */
	uint64_t state;           /* the emails' newest that was seen (states.h) */
	char states[STEPS_MAX + 1][STATE_MAX]; /* of the run without faults */
	char reason[STATE_MAX];
};

struct world {
	struct store *store;
	bool on_queue; /* the scenario has the queue, not an account */
	struct queue *queue;
	struct account *account;
	int64_t inbox, other;                   /* other: the mailbox "Other" */
	struct incoming *small, *third, *large; /* large: its body lies in a file */
	struct incoming *fresh;                 /* as large, and nowhere stored before */
	struct incoming *bulk[BULK]; /* more than the journal has without room ahead */
	int64_t now;                 /* of uploads */
	struct shared *shared;
};

typedef enum err step(struct world *w);

struct scenario {
	const char *name;
	bool from_nothing; /* no account is there before */
	struct {
		enum job_level level;
		step *run;
	} steps[STEPS_MAX];
	bool on_queue; /* they are jobs of the queue */
};

extern const struct scenario scenarios[];
extern const int scenario_count;

enum err world_open(struct world *w, const char *folder);
/* The messages that the steps append. */
enum err world_prepare(struct world *w);
void world_close(struct world *w);
/* One step as a group of its own. */
enum err world_run(struct world *w, enum job_level level, step *run);
/* Calls visit for what does not hold together. */
enum err world_check(struct world *w, check_visitor *visit, void *context,
		     uint64_t *ret_faults);
/* What is in the account, as text; false when it cannot be read. */
bool world_describe(struct world *w, char ret[STATE_MAX]);
/* What the scenarios start from. */
enum err world_fill(struct world *w);
/* A change that takes new numbers. */
enum err world_mark(struct world *w);
