#include <string.h>

#include "base/dns_answer.h"
#include "server/routing.h"
#include "server/smtp_state.h"

static struct recipient *add_recipient(struct smtp_session *m,
				       const struct smtp_rcpt *rcpt)
{
	struct recipient *r = arena_alloc(&m->arena, sizeof(*r));

	if (!r || !arena_copy(&m->arena, rcpt->forward_path, &r->address)) return NULL;
	*m->last = r;
	m->last = &r->next;
	m->recipient_count++;
	return r;
}

static bool add_target(struct smtp_session *m, struct recipient *r,
		       struct arrival_target *t)
{
	r->targets = arena_alloc_array(&m->arena, 1, sizeof(struct arrival_target *));
	if (!r->targets) return false;
	r->targets[0] = t;
	r->target_count = 1;
	return true;
}

static bool add_targets(struct smtp_session *m, struct recipient *r,
			const struct route *route)
{
	r->targets = arena_alloc_array(&m->arena, route->account_count,
				       sizeof(struct arrival_target *));
	if (!r->targets) return false;
	for (uint32_t i = 0; i < route->account_count; i++) {
		r->targets[i] = arrival_add(&m->arrival, route->accounts[i], r->address);
		if (!r->targets[i]) return false;
	}
	r->target_count = route->account_count;
	return true;
}

/* Mail for elsewhere is for those who logged in; the queue carries it on. */
static void take_remote(struct smtp_session *m, const struct smtp_rcpt *rcpt)
{
	struct queue_target target = { .address = rcpt->forward_path,
				       .original = rcpt->orcpt,
				       .notify = rcpt->notify };
	struct arrival_target *t;
	struct recipient *r;
	struct buf destination;

	if (!m->account) {
		smtp_answer_later(m, 550, S("5.7.1"),
				  S("We do not relay: log in to send elsewhere"));
		return;
	}
	buf_init(&destination, DNS_NAME_MAX);
	queue_destination_of(rcpt->forward_path, &destination);
	target.destination = buf_slice(&destination);
	t = arrival_add_remote(&m->arrival, NULL, &target);
	r = t ? add_recipient(m, rcpt) : NULL;
	if (!r || !add_target(m, r, t))
		smtp_answer_later(m, 452, S("4.5.3"), S("Too many recipients"));
	else
		smtp_answer_later(m, 250, S("2.1.5"), S("Recipient taken"));
	buf_done(&destination);
}

static void answer_route(struct smtp_session *m, const struct smtp_rcpt *rcpt,
			 const struct route *route)
{
	struct recipient *r;

	switch (route->kind) {
	case ROUTE_LOCAL:
		if (route->remote_count) {
			smtp_answer_later(m, 451, S("4.3.0"),
					  S("Forwarding to other servers is not possible "
					    "here yet"));
			return;
		}
		r = add_recipient(m, rcpt);
		if (!r || !add_targets(m, r, route))
			smtp_answer_later(m, 452, S("4.5.3"), S("Too many recipients"));
		else
			smtp_answer_later(m, 250, S("2.1.5"), S("Recipient taken"));
		return;
	case ROUTE_REMOTE:
		take_remote(m, rcpt);
		return;
	case ROUTE_UNKNOWN:
		smtp_answer_later(m, 550, S("5.1.1"), S("No such user here"));
		return;
	case ROUTE_LOOP:
		smtp_answer_later(m, 550, S("5.4.6"), S("This alias leads to nobody"));
		return;
	}
}

/* A sandbox takes everything: into the sender's inbox, or the recipient's. */
static void take_into_sandbox(struct smtp_session *m, const struct smtp_rcpt *rcpt)
{
	slice login = smtp_server_facts(m->smtp)->login;

	if (!arrival_add(&m->arrival, SANDBOX_ACCOUNT, rcpt->forward_path) ||
	    !arrival_add_inbox(&m->arrival, login.n ? login : rcpt->forward_path) ||
	    !add_recipient(m, rcpt))
		smtp_answer_later(m, 452, S("4.5.3"), S("Too many recipients"));
	else
		smtp_answer_later(m, 250, S("2.1.5"), S("Recipient taken"));
}

void smtp_take_recipient(void *host, const struct smtp_rcpt *rcpt)
{
	struct smtp_session *m = host;
	const struct directory *d;
	struct route route;

	if (m->s.server->is_sandbox) {
		take_into_sandbox(m, rcpt);
		return;
	}
	d = directory_get(m->s.server->store);
	route_recipient(m->s.config, d, rcpt->local, rcpt->domain, &m->arena, &route);
	directory_put(d);
	answer_route(m, rcpt, &route);
}
