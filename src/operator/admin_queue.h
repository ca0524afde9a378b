/*
 * admin_queue.h - a request about the queue, for admin_queue.c and admin_queue_print.c
 * only
 *
 * A request goes through the queue page by page, each page a job (errand.h), so that
 * mail is never held up for longer than a page takes, however much waits.
 */
#pragma once

#include "operator/admin.h"
#include "queue/listing.h"
#include "queue/selection.h"

enum {
	QUEUE_PAGE = 200,           /* messages looked at in one job */
	QUEUE_LISTED_MAX = 10'000,  /* messages of one list */
	QUEUE_SHOWN_MAX = 1'000'000 /* recipients of one list */
};

struct queue_tally {
	uint64_t messages, recipients; /* that were meant */
	uint64_t changed;              /* recipients whose state allowed it */
};

struct queue_request {
	const struct admin_request *r;
	const struct queue_verb *verb;
	struct queue_selection selection;
	bool is_all;                     /* the word `all` */
	int64_t now;                     /* UNIX seconds */
	int64_t after;                   /* message ids up to this one are done */
	bool has_more;                   /* there are messages behind */
	bool found[ADMIN_ARGUMENTS_MAX]; /* of selection.ids */
	struct queue_tally total, page;
	int64_t changed[QUEUE_PAGE]; /* messages of this page, as far as there is room */
	uint32_t changed_count;
	struct json_writer json;
	struct job job;
};

/* ---- admin_queue_print.c: messages and recipients into r->out ---- */

void queue_print_begin(struct queue_request *k);
/* A message, then its recipients in order, then its end; `is_whole`: all that is known.
 */
void queue_print_message(struct queue_request *k, const struct queue_message *m,
			 bool is_whole);
void queue_print_recipient(struct queue_request *k, const struct queue_message *m,
			   const struct queue_recipient *r, bool is_first, bool is_whole);
void queue_print_message_end(struct queue_request *k);
void queue_print_end(struct queue_request *k);
/* What a change did; said: "held". */
void queue_print_changes(struct queue_request *k, slice said);
