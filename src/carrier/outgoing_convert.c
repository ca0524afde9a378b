#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "carrier/outgoing_courier.h"
#include "message/seven_bit.h"
#include "policy/signing.h"

/*
 * A message for a server that takes 7 bits only (RFC 6152 3). What need not change goes
 * as it is; what must, is signed anew where its sender is ours; what cannot is left to
 * the client, which refuses it.
 */

enum {
	CONVERT_MAX = 32 * 1024 * 1024, /* octets; a larger one is not converted */
	FIELDS_MAX = 64 * 1024,         /* octets of signatures */
};

bool courier_must_convert(const struct courier *c, const struct parcel *p)
{
	unsigned flags = p->message.envelope.flags;
	unsigned announced = smtp_client_peer(c->client)->announced;
	unsigned octets = PEER_BINARYMIME | PEER_CHUNKING;

	if (flags & MESSAGE_UTF8 || body_size(p->body) > CONVERT_MAX) return false;
	if (flags & MESSAGE_BINARY) return (announced & octets) != octets;
	return flags & MESSAGE_8BIT && !(announced & PEER_8BITMIME);
}

/* In front of it, what it is signed with. NULL: it cannot be read or written. */
static struct incoming *sign(const struct courier *c, struct incoming *bare)
{
	struct incoming *whole = incoming_new_like(bare);
	struct buf fields;
	enum err e;

	buf_init(&fields, FIELDS_MAX);
	if (c->parcel->message.envelope.login.n)
		signing_write(outgoing_config(c->all), bare, clock_now(), &fields);
	e = incoming_add(whole, buf_slice(&fields));
	if (!e) e = incoming_add_from(whole, bare, 0, incoming_size(bare));
	buf_done(&fields);
	if (!e) return whole;
	incoming_free(whole);
	return NULL;
}

static struct incoming *keep(const struct courier *c, slice octets)
{
	struct incoming *bare = incoming_new(c->all->server->store), *whole = NULL;
	enum err e = incoming_add(bare, octets);

	if (!e) e = incoming_finish(bare);
	if (!e) whole = sign(c, bare);
	incoming_free(bare);
	return whole;
}

static bool needs_no_change(const struct courier *c, const struct mime *m)
{
	return !(c->parcel->message.envelope.flags & MESSAGE_BINARY) && !m->has_8bit &&
	       !m->has_nul;
}

static void convert(struct courier *c, slice message)
{
	struct arena arena;
	struct buf out;

	arena_init(&arena, MIME_ARENA_MAX);
	const struct mime *m = mime_parse(&arena, message);
	assert(m);
	buf_init(&out, seven_bit_size_max(m));
	if (needs_no_change(c, m))
		c->is_seven_bit = true;
	else if (seven_bit_write(message, m, &out))
		c->converted = keep(c, buf_slice(&out));
	c->is_seven_bit = c->is_seven_bit || c->converted;
	buf_done(&out);
	arena_done(&arena);
}

static void run(struct work *w)
{
	struct courier *c = CONTAINER_OF(w, struct courier, work);
	slice view = body_view(c->parcel->body);
	struct buf whole;

	buf_init(&whole, CONVERT_MAX);
	if (view.p)
		convert(c, view);
	else if (body_append(c->parcel->body, 0, body_size(c->parcel->body), &whole))
		convert(c, buf_slice(&whole));
	buf_done(&whole);
}

static void ready(struct work *w)
{
	struct courier *c = CONTAINER_OF(w, struct courier, work);

	c->is_reading = false;
	if (!c->conn) {
		courier_end(c);
		return;
	}
	log_event(LOG_INFO, "delivery.seven-bit",
		  LOG_STR("id", c->parcel->message.envelope.trace_id),
		  LOG_STR("host", courier_host_name(c)),
		  LOG_STR("outcome", c->converted      ? S("converted")
				     : c->is_seven_bit ? S("as it is")
						       : S("cannot be")));
	courier_send_message(c);
}

void courier_convert(struct courier *c)
{
	c->is_reading = true;
	c->work = (struct work){ .run = run, .done = ready, .loop = c->all->loop };
	workers_submit(c->all->server->workers, WORK_LONG, &c->work);
}

void courier_drop_converted(struct courier *c)
{
	incoming_free(c->converted);
	c->converted = NULL;
	c->is_seven_bit = false;
}
