/*
 * trace_operator.h - somebody changed what waits in the queue, as the recorder is told
 */
#pragma once

#include "operator/admin_queue.h"

/* The messages of the last page that were changed; said: "held". */
void trace_operator(const struct admin *a, const struct queue_request *k, slice said);
