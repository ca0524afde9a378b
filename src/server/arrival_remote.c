#include <assert.h>
#include <string.h>

#include "base/container.h"
#include "policy/demand.h"
#include "server/arrival_private.h"

/* ---- recipients elsewhere ---- */

static bool is_way(const struct arrival_way *a, const struct arrival_way *b)
{
	return slice_eq(a->alias, b->alias) && slice_eq(a->reverse_path, b->reverse_path);
}

/* Whose local parts are others' is not for us to say: their case counts (RFC 5321 2.4).
 */
static bool is_same_address(slice a, slice b)
{
	size_t n = a.n;

	while (n && a.p[n - 1] != '@')
		n--;
	return slice_eq(slice_head(a, n), slice_head(b, n)) &&
	       slice_eq_nocase(slice_skip(a, n), slice_skip(b, n));
}

/* What a sender means who says nothing of one, spelled out (RFC 3461 4.1). */
static unsigned occasions_of(unsigned notify)
{
	if (notify == 0) return NOTIFY_FAILURE | NOTIFY_DELAY;
	return notify & ~(unsigned)NOTIFY_NEVER;
}

/* What is asked for either of two that lead to one mailbox is told. */
static bool add_wishes(struct arrival *d, struct queue_target *t,
		       const struct queue_target *other)
{
	unsigned both = occasions_of(t->notify) | occasions_of(other->notify);

	if (t->notify != other->notify) t->notify = both ? both : NOTIFY_NEVER;
	return t->original.n || arena_copy(&d->arena, other->original, &t->original);
}

/* The same mailbox is not written to twice, however many aliases lead there. */
static struct queue_target *find_remote(const struct arrival *d, slice address,
					struct arrival_target **ret)
{
	for (struct arrival_target *t = d->first; t; t = t->next)
		for (uint32_t i = 0; t->outbound && i < t->outbound->count; i++) {
			struct queue_target *other = &t->outbound->remote[i];

			if (!is_same_address(other->address, address)) continue;
			*ret = t;
			return other;
		}
	return NULL;
}

static struct arrival_target *find_outbound(const struct arrival *d,
					    const struct arrival_way *way)
{
	for (struct arrival_target *t = d->first; t; t = t->next)
		if (t->outbound && is_way(&t->outbound->way, way)) return t;
	return NULL;
}

static struct arrival_target *add_outbound(struct arrival *d,
					   const struct arrival_way *way, slice recipient)
{
	struct arrival_outbound *o = arena_alloc(&d->arena, sizeof(*o));
	struct arrival_target *t;

	if (!o || !arena_copy(&d->arena, way->alias, &o->way.alias) ||
	    !arena_copy(&d->arena, way->reverse_path, &o->way.reverse_path))
		return NULL;
	t = arrival_new_target(d, JOB_QUEUE, way->alias.n ? way->alias : recipient);
	if (t) t->outbound = o;
	return t;
}

static bool make_room(struct arrival *d, struct arrival_outbound *o)
{
	uint32_t room = o->room ? 2 * o->room : 4;
	struct queue_target *grown;

	if (o->count < o->room) return true;
	grown = arena_alloc_array(&d->arena, room, sizeof(*grown));
	if (!grown) return false;
	if (o->count) memcpy(grown, o->remote, o->count * sizeof(*grown));
	o->remote = grown;
	o->room = room;
	return true;
}

struct arrival_target *arrival_add_remote(struct arrival *d,
					  const struct arrival_way *way,
					  const struct queue_target *r)
{
	static const struct arrival_way sent;
	struct arrival_target *t;
	struct queue_target *there = find_remote(d, r->address, &t), kept = *r;

	assert(!d->server->is_sandbox);
	if (there) return add_wishes(d, there, r) ? t : NULL;
	if (d->remote_count == QUEUE_RECIPIENTS_MAX) return NULL;
	if (!way) way = &sent;
	t = find_outbound(d, way);
	if (!t) t = add_outbound(d, way, r->address);
	if (!t || !make_room(d, t->outbound) ||
	    !arena_copy(&d->arena, r->destination, &kept.destination) ||
	    !arena_copy(&d->arena, r->address, &kept.address) ||
	    !arena_copy(&d->arena, r->original, &kept.original))
		return NULL;
	t->outbound->remote[t->outbound->count++] = kept;
	d->remote_count++;
	return t;
}

void arrival_silence_forwards(struct arrival *d)
{
	for (struct arrival_target *t = d->first; t; t = t->next)
		for (uint32_t i = 0;
		     t->outbound && t->outbound->way.alias.n && i < t->outbound->count;
		     i++)
			t->outbound->remote[i].notify = NOTIFY_NEVER;
}

slice arrival_forwarder(const struct arrival *d)
{
	for (const struct arrival_target *t = d->first; t; t = t->next) {
		slice domain = t->outbound ? t->outbound->way.alias : S("");
		slice local;

		if (take_until(&domain, '@', &local)) return domain;
	}
	return S("");
}

slice arrival_sender_of(const struct arrival_target *t)
{
	const struct arrival_outbound *o = t->outbound;

	return o && o->way.alias.n ? o->way.reverse_path
				   : buf_slice(&t->arrival->reverse_path);
}

/* ---- what it asks of TLS ---- */

static bool add_demand(struct arrival *d, slice *destination, slice demand)
{
	char *whole = arena_alloc(&d->arena, demand.n + destination->n);

	if (!whole) return false;
	memcpy(whole, demand.p, demand.n);
	memcpy(whole + demand.n, destination->p, destination->n);
	*destination = (slice){ whole, demand.n + destination->n };
	return true;
}

bool arrival_heed_demand(struct arrival *d)
{
	slice prefix;

	if (!(d->envelope.flags & MESSAGE_REQUIRE_TLS) &&
	    demand_is_waived(incoming_mime(d->message)->parts))
		d->envelope.flags |= MESSAGE_TLS_OPTIONAL;
	prefix = demand_prefix(demand_of(&d->envelope));
	for (struct arrival_target *t = d->first; t && prefix.n; t = t->next)
		for (uint32_t i = 0; t->outbound && i < t->outbound->count; i++)
			if (!add_demand(d, &t->outbound->remote[i].destination, prefix))
				return false;
	return true;
}

/* ---- into the queue ---- */

static struct queue_envelope envelope_of(const struct arrival_target *t)
{
	struct queue_envelope e = t->arrival->envelope;

	e.reverse_path = arrival_sender_of(t);
	return e;
}

enum err arrival_put_into_queue(struct job *j, struct queue *q)
{
	struct arrival_target *t = CONTAINER_OF(j, struct arrival_target, job);
	const struct arrival *d = t->arrival;
	const struct queue_envelope envelope = envelope_of(t);
	struct queue_new what = { .envelope = &envelope,
				  .message = d->message,
				  .targets = t->outbound->remote,
				  .count = t->outbound->count,
				  .held = d->is_held };
	slice alias = t->outbound->way.alias;
	struct buf prefix;
	bool merged;
	enum err e = ERR_INTERNAL;

	buf_init(&prefix, d->queue_prefix.max + ADDRESS_MAX + 20);
	if (alias.n) buf_addf(&prefix, "Delivered-To: %.*s\r\n", FMT(alias));
	buf_add(&prefix, buf_slice(&d->queue_prefix));
	what.prefix = buf_slice(&prefix);
	if (!prefix.overflow)
		e = queue_deliver(q, (slice){ t->id, sizeof(t->id) }, &what, &t->queue_id,
				  &merged);
	buf_done(&prefix);
	return e;
}

/* ---- loops ---- */

/* "by" and our name, as write_prefix has it: at the beginning of a folded line. */
static bool is_by(slice received, slice host_name)
{
	static const slice by = SLICE_INIT("\tby ");
	size_t at = slice_find(received, by);

	received = slice_skip(received, at + by.n);
	return slice_starts_nocase(received, host_name) &&
	       (received.n == host_name.n || received.p[host_name.n] == ' ');
}

static bool came_too_often(const struct mime_part *root, slice host_name)
{
	uint32_t hops = 0, own = 0;

	for (uint32_t i = 0; i < root->field_count; i++) {
		const struct header_field *f = &root->fields[i];

		if (!slice_eq_nocase(f->name, S("Received"))) continue;
		hops++;
		own += is_by(f->value, host_name);
	}
	return hops > ARRIVAL_HOPS_MAX || own > ARRIVAL_OWN_HOPS_MAX;
}

static bool was_sent_on(const struct mime_part *root, slice alias)
{
	for (uint32_t i = 0; i < root->field_count; i++)
		if (slice_eq_nocase(root->fields[i].name, S("Delivered-To")) &&
		    slice_eq_nocase(slice_trim(root->fields[i].value), alias))
			return true;
	return false;
}

bool arrival_has_looped(const struct arrival *d, const struct mime_part *root)
{
	if (came_too_often(root, d->server->config->hostname)) return true;
	for (const struct arrival_target *t = d->first; t; t = t->next)
		if (t->outbound && t->outbound->way.alias.n &&
		    was_sent_on(root, t->outbound->way.alias))
			return true;
	return false;
}
