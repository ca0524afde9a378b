#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/siphash.h"
#include "carrier/outgoing_place.h"
#include "policy/demand.h"
#include "policy/routing.h"

/*
 * The queue keeps a destination's `not_before` too, and there an operator can undo it:
 * so a place that the queue says is due is tried, closed or not, by one courier.
 */

static struct place *find_or_add(struct outgoing_mail *o, slice name)
{
	struct place *p = map_find(&o->places, name);
	char *copy;

	if (p) return p;
	p = calloc(1, sizeof(*p) + name.n);
	assert(p);
	copy = (char *)(p + 1);
	memcpy(copy, name.p, name.n);
	p->all = o;
	p->name = (slice){ copy, name.n };
	destination_init(&p->destination, OUTGOING_SHARE);
	list_init(&p->link);
	map_put(&o->places, p->name, p);
	return p;
}

static void set_due(struct place *p, bool is_due)
{
	if (p->is_due == is_due) return;
	p->is_due = is_due;
	if (is_due)
		list_add_last(&p->all->due, &p->link);
	else
		list_remove(&p->link);
	if (is_due)
		p->all->due_count++;
	else
		p->all->due_count--;
}

/* One is sent to see whether there is a server; then as many at once as are there. */
static bool has_room(const struct place *p)
{
	uint32_t running = p->destination.running;

	if (running == 0) return true;
	return 2 * p->opening < running &&
	       destination_room(&p->destination, clock_now()) > 0;
}

static bool is_ours(const struct place *p)
{
	const struct directory *d = directory_get(p->all->server->store);
	slice domain = p->name;
	bool ours;

	demand_take(&domain);
	ours = is_our_domain(outgoing_config(p->all), d, domain);
	directory_put(d);
	return ours;
}

static void send_courier(struct place *p)
{
	p->opening++;
	destination_started(&p->destination);
	p->all->connections++;
	if (is_ours(p))
		local_courier_start(p);
	else
		courier_start(p);
}

void places_serve(struct outgoing_mail *o)
{
	if (o->is_stopping) return;
	LIST_EACH (&o->due, link) {
		struct place *p = LIST_ENTRY(link, struct place, link);

		if (o->connections >= OUTGOING_CONNECTIONS) return;
		if (has_room(p)) send_courier(p);
	}
}

void place_due(struct outgoing_mail *o, slice name)
{
	if (!o->is_stopping) set_due(find_or_add(o, name), true);
}

void place_opened(struct place *p)
{
	p->opening--;
}

void place_looked(struct place *p, bool has_more)
{
	set_due(p, has_more);
	if (has_more) places_serve(p->all);
}

void place_answered(struct place *p)
{
	destination_answered(&p->destination);
}

static uint32_t put_off_count(const struct place *p)
{
	bool is_over = p->has_judged && clock_now() >= p->put_off_until;

	return is_over ? 0 : p->put_off_count;
}

/* Something would be lost if it were forgotten. */
static bool has_news(const struct place *p)
{
	return put_off_count(p) > 0 || !destination_is_idle(&p->destination, clock_now());
}

static void forget_if_rests(struct place *p)
{
	struct outgoing_mail *o = p->all;

	if (p->destination.running || p->is_due) return;
	if (o->places.count <= PLACES_MAX && has_news(p)) return;
	map_remove(&o->places, p->name);
	free(p);
}

static void note_outcome(struct place *p, enum place_outcome outcome)
{
	if (outcome == PLACE_SUCCEEDED)
		destination_succeeded(&p->destination);
	else if (outcome == PLACE_FAILED)
		destination_failed(&p->destination, clock_now(), outgoing_dice());
	else
		destination_abandoned(&p->destination);
}

void place_left(struct place *p, enum place_outcome outcome, bool is_opening)
{
	struct outgoing_mail *o = p->all;

	o->connections--;
	note_outcome(p, outcome);
	/* Whoever is still due there is found by the next look. */
	if (is_opening) {
		p->opening--;
		set_due(p, false);
	}
	forget_if_rests(p);
	places_serve(o);
}

/* An operator who wants retries sooner than destinations are left alone gets them. */
static int64_t not_before(const struct place *p)
{
	int64_t first = outgoing_schedule(p->all).first_retry;
	int64_t wait = p->destination.not_before;

	if (first < DESTINATION_WAIT_MIN && wait > clock_now() + first)
		wait = clock_now() + first;
	return wait;
}

void place_unreachable(struct place *p, const struct queue_reply *why, bool is_opening)
{
	bool is_alone = p->destination.running == 1;

	if (is_alone) {
		destination_failed(&p->destination, clock_now(), outgoing_dice());
		setback_start(p->all, p->name, why, not_before(p));
		place_judged(p);
		destination_started(&p->destination);
	}
	place_left(p, is_alone ? PLACE_ABANDONED : PLACE_FAILED, is_opening);
}

/* ---- servers that put a message off ---- */

bool place_is_put_off(const struct place *p, slice host)
{
	uint64_t hash = siphash_process(host);

	for (uint32_t i = 0; i < put_off_count(p); i++)
		if (p->put_off_by[i] == hash) return true;
	return false;
}

bool place_is_put_off_by_most(const struct place *p)
{
	return put_off_count(p) == PLACE_PUT_OFF_MAX;
}

void place_put_off(struct place *p, slice host)
{
	int64_t wait = outgoing_schedule(p->all).first_retry;

	if (place_is_put_off(p, host) || place_is_put_off_by_most(p)) return;
	p->put_off_count = put_off_count(p);
	if (p->put_off_count == 0)
		p->put_off_until =
			clock_now() + (wait < PLACE_PUT_OFF_S ? wait : PLACE_PUT_OFF_S);
	p->has_judged = false;
	p->put_off_by[p->put_off_count++] = siphash_process(host);
}

void place_judged(struct place *p)
{
	p->has_judged = true;
}

void places_free(struct outgoing_mail *o)
{
	const struct map_entry *entry;

	for (size_t cursor = 0; (entry = map_next(&o->places, &cursor));)
		free(entry->value);
	map_done(&o->places);
}
