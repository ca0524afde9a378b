#include "operator/trace_operator.h"

#include "server/tracing.h"

static void tell(struct tracing *t, int64_t message, slice said)
{
	struct trace_event e;

	trace_event_begin(&e, t, S("operator"));
	trace_event_queue_id(&e, message);
	trace_event_text(&e, S("did"), said);
	trace_event_end(&e);
}

void trace_operator(const struct admin *a, const struct queue_request *k, slice said)
{
	for (uint32_t i = 0; a->tracing && i < k->changed_count; i++)
		tell(a->tracing, k->changed[i], said);
}
