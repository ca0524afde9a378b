/*
 * queue_private.h - an open queue, for this folder only
 */
#pragma once

#include "queue/envelope.h"
#include "queue/queue.h"
#include "store/body_files.h"
#include "store/db.h"

struct queue {
	struct store *store;
	struct db *db;
	struct body_files files;
	int64_t boot, group_number, next_id; /* as in the row; written with each group */
	bool changing, changed;              /* this group; a committed one */
	int64_t swept_deliveries;            /* UNIX seconds, 0: not since open */
};

/* Columns of recipient as queue_read_recipient takes them, from column 0. */
#define RECIPIENT_COLUMNS                                                                \
	"message, number, destination, address, original, notify, state, attempts,"      \
	" next_attempt, last_attempt, reply_code, status, reply, remote, owed"
/* The slices are the query's, until its next step. */
struct queue_recipient queue_read_recipient(struct query *row);

/* Of message, likewise. */
#define MESSAGE_COLUMNS                                                                  \
	"id, reverse_path, envelope_id, return_wish, flags, priority, received,"         \
	" release_at, login, trace_id, size + LENGTH(prefix), hold, by_time, by_mode"
struct queue_message queue_read_message(struct query *row);

/* ---- waiting.c: the table destination follows the recipients that wait ---- */

enum { BEFORE_ALL_TURNS = -1000 };
/* The next turn that recipients of the destination wait in; ERR_NOT_FOUND: none. */
enum err destination_next_turn(struct queue *q, slice name, int64_t *turn);
/* Recipients of that destination changed. */
enum err destination_follow(struct queue *q, slice name);
/* The recipients of a message changed. */
enum err destinations_follow(struct queue *q, int64_t message);

/* ---- remove.c ---- */

/* The message goes, with its recipients and body. */
enum err queue_drop(struct queue *q, int64_t message);
/* The same, when no recipient waits for it any more and no report is owed. */
enum err queue_drop_if_done(struct queue *q, int64_t message);
/* Whether a row names the file of that hash. */
body_is_named queue_names_file;
