#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "carrier/outgoing_parcel.h"
#include "carrier/outgoing_place.h"
#include "policy/routing.h"
#include "queue/put.h"
#include "server/arrival.h"
#include "server/forwarding.h"
#include "server/reporting.h"
#include "server/smtp_room.h"
#include "smtp/path.h"
#include "smtp/trace.h"

/*
 * What the queue has for a domain of ours, mostly reports, goes to mailboxes:
 *
 *   take -> copy, on a worker -> arrival -> end
 */

enum {
	LOCAL_ARENA_MAX = 1024 * 1024,
	LOCAL_PIECE = 64 * 1024,
};

struct local_courier {
	struct outgoing_mail *all;
	struct place *place;
	bool is_opening;
	struct parcel *parcel;
	struct arena arena;
	struct smtp_path from; /* the reverse-path of the parcel */
	struct arrival arrival;
	bool is_copied;
	struct arrival_target *targets[PARCEL_RECIPIENTS_MAX]; /* the last of each */
	struct work work;
	struct task task; /* the end of a parcel */
};

static void take_next(struct local_courier *c);

static const struct queue_reply trouble = { .status = SLICE_INIT("4.3.0"),
					    .text = SLICE_INIT(
						    "The mailbox cannot take it now") };

/* ---- end of one parcel ---- */

static void end_parcel(struct local_courier *c)
{
	parcel_end(c->parcel, outgoing_config(c->all)->hostname);
	c->parcel = NULL;
	arrival_done(&c->arrival);
	arena_reset(&c->arena);
	take_next(c);
}

/* It may become empty, but not larger. */
static void settle_full(struct local_courier *c, uint32_t i)
{
	static const struct queue_reply full = {
		.status = SLICE_INIT("4.2.2"), .text = SLICE_INIT("The mailbox is full")
	};
	const struct arrival_target *t = c->targets[i];
	const struct smtp_reply *why = NULL;

	if (t && !arrival_target_is_remote(t))
		why = smtp_room_refusal(c->all->server->store, arrival_target_account(t),
					incoming_size(c->arrival.message));
	if (why && why->code >= 500)
		parcel_settle(c->parcel, i, ATTEMPT_REFUSED,
			      &(struct queue_reply){ .status = why->enhanced,
						     .text = why->text });
	else
		parcel_settle(c->parcel, i, ATTEMPT_DEFERRED, &full);
}

static void settle(struct local_courier *c, uint32_t i, enum err outcome)
{
	static const struct queue_reply gone = { .status = SLICE_INIT("5.1.1"),
						 .text = SLICE_INIT(
							 "There is no such user") },
					loops = { .status = SLICE_INIT("5.4.6"),
						  .text = SLICE_INIT(
							  "It goes round in circles") },
					good = { .status = SLICE_INIT("2.0.0"),
						 .text = SLICE_INIT("In the mailbox") };

	c->parcel->recipients[i].handover = HANDOVER_FINAL;
	if (!outcome)
		parcel_settle(c->parcel, i, ATTEMPT_DELIVERED, &good);
	else if (outcome == ERR_NOT_FOUND)
		parcel_settle(c->parcel, i, ATTEMPT_REFUSED, &gone);
	else if (outcome == ERR_DENIED)
		parcel_settle(c->parcel, i, ATTEMPT_REFUSED, &loops);
	else if (outcome == ERR_LIMIT)
		settle_full(c, i);
	else
		parcel_settle(c->parcel, i, ATTEMPT_DEFERRED, &trouble);
}

static void arrival_is_over(struct task *t)
{
	end_parcel(CONTAINER_OF(t, struct local_courier, task));
}

static void arrived(struct arrival *a)
{
	struct local_courier *c = CONTAINER_OF(a, struct local_courier, arrival);

	for (uint32_t i = 0; i < c->parcel->count; i++) {
		if (c->parcel->recipients[i].outcome != ATTEMPT_UNTRIED) continue;
		settle(c, i,
		       c->targets[i] ? arrival_target_outcome(c->targets[i]) : ERR_LATER);
	}
	arrival_answered(a);
	/* Its last job is still on the stack, so it is not to be freed here. */
	c->task.run = arrival_is_over;
	loop_post(c->all->loop, &c->task);
}

/* ---- whose mailbox ---- */

static bool take_address(slice address, struct arena *arena, struct smtp_path *ret)
{
	struct buf b;
	slice path;
	bool good;

	buf_init(&b, ADDRESS_MAX + 2);
	buf_addf(&b, "<%.*s>", FMT(address));
	path = buf_slice(&b);
	good = smtp_take_path(&path, FORWARD_PATH, arena, ret) == PATH_GOOD;
	buf_done(&b);
	return good;
}

static enum err add_accounts(struct local_courier *c, uint32_t i, const struct route *r)
{
	slice address = c->parcel->recipients[i].target.address;

	if (reporting_reads(outgoing_config(c->all), address))
		c->arrival.has_report = true;
	for (uint32_t k = 0; k < r->account_count; k++) {
		c->targets[i] = arrival_add(&c->arrival, r->accounts[k], address);
		if (!c->targets[i]) return ERR_LIMIT;
	}
	return ERR_NONE;
}

/* An alias of ours may lead elsewhere: there it goes by the queue again. */
static enum err add_elsewhere(struct local_courier *c, uint32_t i, const struct route *r)
{
	const struct queue_target *t = &c->parcel->recipients[i].target;
	struct arrival_target **added = arena_alloc_array(
		&c->arena, r->remote_count, sizeof(struct arrival_target *));
	const struct forwarded f = { .config = outgoing_config(c->all),
				     .keys = &c->all->server->auth.keys,
				     .reverse_path =
					     c->parcel->message.envelope.reverse_path,
				     .local = c->from.local,
				     .domain = c->from.domain,
				     .recipient = t->address,
				     .original = t->original,
				     .notify = t->notify,
				     .now = clock_now() };

	if (r->remote_count == 0) return ERR_NONE;
	if (!added || !forward_add(&c->arrival, r, &f, &c->arena, added))
		return ERR_LIMIT;
	c->targets[i] = added[r->remote_count - 1];
	return ERR_NONE;
}

/* A report of ours on what we sent on for somebody: to that sender. */
static enum err add_sender(struct local_courier *c, uint32_t i, slice local)
{
	struct queue_target t = { .notify = NOTIFY_NEVER };
	struct buf destination;

	if (c->parcel->message.envelope.reverse_path.n ||
	    forward_find_sender(&c->all->server->auth.keys, local, clock_now(), &c->arena,
				&t.address) != SRS_OK)
		return ERR_NOT_FOUND;
	buf_init(&destination, ADDRESS_MAX);
	queue_destination_of(t.address, &destination);
	t.destination = buf_slice(&destination);
	c->targets[i] = arrival_add_remote(&c->arrival, NULL, &t);
	buf_done(&destination);
	return c->targets[i] ? ERR_NONE : ERR_LIMIT;
}

static enum err follow(struct local_courier *c, uint32_t i, const struct route *r,
		       slice local)
{
	enum err e;

	switch (r->kind) {
	case ROUTE_LOCAL:
		e = add_accounts(c, i, r);
		return e ? e : add_elsewhere(c, i, r);
	case ROUTE_UNKNOWN:
		return add_sender(c, i, local);
	case ROUTE_LOOP:
		return ERR_DENIED;
	case ROUTE_REFUSED:
		return ERR_NOT_FOUND;
	case ROUTE_REMOTE:
		break; /* not ours any more */
	}
	return ERR_LATER;
}

static void route_one(struct local_courier *c, const struct directory *d, uint32_t i)
{
	struct smtp_path path;
	struct route route;
	enum err e = ERR_NOT_FOUND;

	if (take_address(c->parcel->recipients[i].target.address, &c->arena, &path)) {
		route_recipient(outgoing_config(c->all), d, path.local, path.domain,
				&c->arena, &route);
		e = follow(c, i, &route, path.local);
	}
	if (e) settle(c, i, e);
}

static void route_all(struct local_courier *c)
{
	const struct directory *d = directory_get(c->all->server->store);

	for (uint32_t i = 0; i < c->parcel->count; i++) {
		c->targets[i] = NULL;
		route_one(c, d, i);
	}
	directory_put(d);
}

/* ---- its octets ---- */

static void copy(struct work *w)
{
	struct local_courier *c = CONTAINER_OF(w, struct local_courier, work);
	const struct body *body = c->parcel->body;
	uint64_t at = 0;
	struct buf piece;

	buf_init(&piece, LOCAL_PIECE);
	c->is_copied = body;
	while (c->is_copied && at < body_size(body)) {
		buf_reset(&piece);
		c->is_copied = body_append(body, at, LOCAL_PIECE, &piece) && piece.n &&
			       !incoming_add(c->arrival.message, buf_slice(&piece));
		at += piece.n;
	}
	buf_done(&piece);
}

static void copied(struct work *w)
{
	struct local_courier *c = CONTAINER_OF(w, struct local_courier, work);
	slice path = c->parcel->message.envelope.reverse_path;

	if (!c->is_copied) {
		parcel_settle_all(c->parcel, ATTEMPT_DEFERRED, &trouble);
		end_parcel(c);
		return;
	}
	c->from = (struct smtp_path){ 0 };
	if (path.n && !take_address(path, &c->arena, &c->from)) c->from.local = path;
	route_all(c);
	c->arrival.envelope = c->parcel->message.envelope;
	smtp_return_path_write(c->from.local, c->from.domain, &c->arrival.prefix);
	c->arrival.return_path = c->arrival.prefix.n;
	arrival_start(&c->arrival, path, clock_now());
}

static void leave(struct local_courier *c)
{
	struct outgoing_mail *o = c->all;

	place_left(c->place, PLACE_SUCCEEDED, c->is_opening);
	arena_done(&c->arena);
	free(c);
	outgoing_release(o);
}

static void taken(struct parcel *p)
{
	struct local_courier *c = p->context;

	if (c->is_opening) place_opened(c->place);
	c->is_opening = false;
	place_looked(c->place, p->count && p->has_more);
	if (p->count == 0 || c->all->is_stopping) {
		parcel_end(p, S(""));
		leave(c);
		return;
	}
	if (parcel_is_too_late(p)) {
		parcel_end(p, S(""));
		take_next(c);
		return;
	}
	c->parcel = p;
	arrival_init(&c->arrival, c->all->server, c->all->loop);
	c->arrival.finished = arrived;
	c->work = (struct work){ .run = copy, .done = copied, .loop = c->all->loop };
	workers_submit(c->all->server->workers, WORK_URGENT, &c->work);
}

static void take_next(struct local_courier *c)
{
	parcel_take(c->all, c->place->name, taken, c);
}

void local_courier_start(struct place *p)
{
	struct local_courier *c = calloc(1, sizeof(*c));

	assert(c);
	*c = (struct local_courier){ .all = p->all, .place = p, .is_opening = true };
	arena_init(&c->arena, LOCAL_ARENA_MAX);
	outgoing_hold(c->all);
	take_next(c);
}
