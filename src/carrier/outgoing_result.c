/* What a server's reply means to a recipient. */
#include "base/clock.h"
#include "base/log.h"
#include "carrier/outgoing_courier.h"

/* Not the recipient is why, nor their number (RFC 3463 3.2, 3.3), and it cannot have
 * arrived: another server of the domain may do better. */
static bool may_do_better(const struct smtp_client_result *r)
{
	return !slice_starts(r->enhanced, S("4.1.")) &&
	       !slice_starts(r->enhanced, S("4.2.")) &&
	       !slice_eq(r->enhanced, S("4.5.3")) && (r->code || r->stage < AT_CONTENT);
}

/* The alternatives are tried until one succeeds (RFC 5321 5.1): the recipient stays due,
 * and for the next courier this host is the last. */
static bool pass_on(struct courier *c, const struct smtp_client_result *r)
{
	if (!c->has_others || !may_do_better(r)) return false;
	c->passes_on = true;
	place_put_off(c->place, courier_host(c)->name);
	return true;
}

static enum attempt_outcome outcome_of(struct courier *c,
				       const struct smtp_client_result *r)
{
	/* We broke it off ourselves, and it cannot have arrived. */
	if (c->all->is_stopping && r->code == 0 && r->outcome == SMTP_DEFERRED &&
	    r->stage < AT_CONTENT)
		return ATTEMPT_UNTRIED;
	if (r->is_crowded) return ATTEMPT_UNTRIED;
	if (r->outcome == SMTP_DELIVERED) return ATTEMPT_DELIVERED;
	if (r->outcome == SMTP_REFUSED) return ATTEMPT_REFUSED;
	return pass_on(c, r) ? ATTEMPT_UNTRIED : ATTEMPT_DEFERRED;
}

/* With a time by which it is to be delivered, the sender hears where that ends (RFC 2852
 * 4), and of each server where the trace was asked for. */
static enum handover handover_to(const struct courier *c)
{
	const struct queue_envelope *e = &c->parcel->message.envelope;
	unsigned announced = smtp_client_peer(c->client)->announced;

	if (e->by != DELIVER_ANY_TIME &&
	    (e->flags & MESSAGE_BY_TRACE || !(announced & PEER_DELIVERBY)))
		return HANDOVER_TRACED;
	return announced & PEER_DSN ? HANDOVER_ASKED : HANDOVER_SILENT;
}

/* The other window of that name is in queue.c: there we died, here the connection did,
 * behind the final dot and before its answer (RFC 5321 4.5.3.2.6). */
static void log_maybe_doubled(const struct courier *c, uint32_t recipient)
{
	const struct parcel_recipient *r = &c->parcel->recipients[recipient];

	log_event(LOG_WARNING, "queue.maybe-doubled",
		  LOG_INT("message", c->parcel->message.id), LOG_INT("number", r->number),
		  LOG_STR("to", r->target.address),
		  LOG_STR("destination", c->place->name),
		  LOG_STR("id", c->parcel->message.envelope.trace_id));
}

void courier_result(void *host, uint32_t recipient, const struct smtp_client_result *r)
{
	struct courier *c = host;
	const struct queue_reply reply = { .code = r->code,
					   .status = r->said,
					   .text = r->text };
	enum attempt_outcome outcome = outcome_of(c, r);

	if (outcome != ATTEMPT_UNTRIED) place_judged(c->place);
	parcel_settle(c->parcel, recipient, outcome, &reply);
	c->parcel->recipients[recipient].handover = handover_to(c);
	if (r->outcome != SMTP_DEFERRED || r->code || r->is_crowded) return;
	c->is_broken = true;
	if (r->stage == AT_END) log_maybe_doubled(c, recipient);
}
