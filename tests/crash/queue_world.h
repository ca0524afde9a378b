/*
 * queue_world.h - the scenarios of the queue: what they start from, their steps
 */
#pragma once

#include "queue/check.h"
#include "world.h"

enum err queue_world_run(struct world *w, enum job_level level, step *run);
/* An attempt that was cut off is due again, so it looks as if it waited. */
bool queue_world_describe(struct world *w, char ret[STATE_MAX]);
/* A message for two people, whose body lies in a file. */
enum err queue_world_fill(struct world *w);

step queue_put_small, queue_put_large;
/* One more, whatever there is. */
step queue_put_mark;
/* What a sender repeats who saw no answer. */
step queue_put_again;
step queue_begin_first, queue_deliver_first, queue_begin_second, queue_refuse_second;
step queue_report_it, queue_hold_all, queue_delete_first;
