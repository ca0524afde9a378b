#include "carrier/trace_delivery.h"

#include "server/tracing.h"

static void tell_reply(struct trace_event *e, const struct queue_reply *r)
{
	if (r->code) trace_event_number(e, S("code"), r->code);
	trace_event_text(e, S("status"), r->status);
	trace_event_text(e, S("reply"), r->text);
}

static void tell_recipient(struct trace_event *e, const struct parcel_recipient *r)
{
	json_write_object_begin(&e->json);
	trace_event_text(e, S("to"), r->target.address);
	trace_event_text(e, S("outcome"), attempt_outcome_name(r->outcome));
	tell_reply(e, &r->reply);
	trace_event_number(e, S("attempt"), r->attempts + 1);
	json_write_object_end(&e->json);
}

void trace_attempts(const struct parcel *p)
{
	struct tracing *t = p->all->server->tracing;
	struct trace_event e;

	if (!t) return;
	trace_event_begin(&e, t, S("attempt"));
	trace_event_key(&e, S("id"), KEY_ID, p->message.envelope.trace_id);
	trace_event_queue_id(&e, p->message.id);
	trace_event_text(&e, S("from"), p->message.envelope.reverse_path);
	trace_event_text(&e, S("destination"), p->destination);
	trace_event_text(&e, S("host"), p->recipients[0].reply.remote);
	json_write_key(&e.json, S("recipients"));
	json_write_array_begin(&e.json);
	for (uint32_t i = 0; i < p->count; i++)
		tell_recipient(&e, &p->recipients[i]);
	json_write_array_end(&e.json);
	trace_event_text(&e, S("dialogue"), p->dialogue);
	trace_event_end(&e);
}

void trace_unreachable(const struct courier *c)
{
	struct tracing *t = c->all->server->tracing;
	char address[NETADDR_TEXT_MAX];
	struct trace_event e;

	if (!t) return;
	trace_event_begin(&e, t, S("unreachable"));
	trace_event_key(&e, S("destination"), KEY_DESTINATION, c->place->name);
	trace_event_text(&e, S("host"), c->why.remote);
	if (c->peer.port)
		trace_event_text(&e, S("address"), netaddr_text(&c->peer, address));
	tell_reply(&e, &c->why);
	trace_event_text(&e, S("dialogue"), buf_slice(&c->why_dialogue));
	trace_event_end(&e);
}

void trace_report(const struct outgoing_mail *o, int64_t message, int64_t report)
{
	struct tracing *t = o->server->tracing;
	struct trace_event e;

	if (!t) return;
	trace_event_begin(&e, t, S("reported"));
	trace_event_queue_id(&e, message);
	trace_event_number(&e, S("report"), report);
	trace_event_end(&e);
}
