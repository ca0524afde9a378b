#include <string.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/dns_answer.h"
#include "server/relay.h"
#include "server/routing.h"
#include "server/smtp_state.h"

static struct recipient *add_recipient(struct smtp_session *m,
				       const struct smtp_rcpt *rcpt)
{
	struct recipient *r = arena_alloc(&m->arena, sizeof(*r));

	if (!r || !arena_copy(&m->arena, rcpt->forward_path, &r->address) ||
	    !arena_copy(&m->arena, rcpt->orcpt, &r->original))
		return NULL;
	r->notify = rcpt->notify;
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
	r->is_local = true;
	return true;
}

/* <postmaster> without a domain is ours. */
static void write_address(const struct smtp_session *m, const struct smtp_rcpt *rcpt,
			  struct buf *out)
{
	buf_add(out, rcpt->forward_path);
	if (rcpt->domain.n) return;
	buf_add_char(out, '@');
	buf_add(out, m->s.config->hostname);
}

static void take_into_queue(struct smtp_session *m, const struct smtp_rcpt *rcpt)
{
	struct queue_target target = { .original = rcpt->orcpt, .notify = rcpt->notify };
	struct arrival_target *t;
	struct recipient *r;
	struct buf address, destination;

	buf_init(&address, SMTP_PATH_MAX + SMTP_DOMAIN_MAX);
	buf_init(&destination, DNS_NAME_MAX);
	write_address(m, rcpt, &address);
	target.address = buf_slice(&address);
	queue_destination_of(target.address, &destination);
	target.destination = buf_slice(&destination);
	t = arrival_add_remote(&m->arrival, &target);
	r = t ? add_recipient(m, rcpt) : NULL;
	if (!r || !add_target(m, r, t))
		smtp_answer_later(m, 452, S("4.5.3"), S("Too many recipients"));
	else
		smtp_answer_later(m, 250, S("2.1.5"), S("Recipient taken"));
	buf_done(&address);
	buf_done(&destination);
}

static bool is_backup(const struct smtp_session *m, slice address)
{
	struct buf domain;
	bool good;

	buf_init(&domain, DNS_NAME_MAX);
	queue_destination_of(address, &domain);
	good = relay_is_backup(m->s.config, buf_slice(&domain));
	buf_done(&domain);
	return good;
}

/* Mail for elsewhere is for those who logged in, or for whom we are a backup MX of; the
 * queue carries it on. */
static void take_remote(struct smtp_session *m, const struct smtp_rcpt *rcpt)
{
	if (m->account || is_backup(m, rcpt->forward_path))
		take_into_queue(m, rcpt);
	else
		smtp_answer_later(m, 550, S("5.7.1"),
				  S("We do not relay: log in to send elsewhere"));
}

/* The accounts of m->route have room, or not. */
void smtp_room_known(struct smtp_room *room, const struct smtp_reply *refusal)
{
	struct smtp_session *m = CONTAINER_OF(room, struct smtp_session, room);
	struct recipient *r;

	if (refusal) {
		smtp_answer_later(m, refusal->code, refusal->enhanced, refusal->text);
		return;
	}
	r = add_recipient(m, &m->rcpt);
	if (!r || !add_targets(m, r, &m->route))
		smtp_answer_later(m, 452, S("4.5.3"), S("Too many recipients"));
	else
		smtp_answer_later(m, 250, S("2.1.5"), S("Recipient taken"));
}

/* Until its time comes mail for our own users waits in the queue, too (RFC 4865 4.2). */
static void take_local(struct smtp_session *m, const struct smtp_rcpt *rcpt,
		       const struct route *route)
{
	if (m->mail.release_time > clock_now()) {
		take_into_queue(m, rcpt);
		return;
	}
	m->rcpt = *rcpt;
	m->room.size = m->mail.size;
	smtp_room_ask(&m->room, route->accounts, route->account_count);
}

static void answer_route(struct smtp_session *m, const struct smtp_rcpt *rcpt,
			 const struct route *route)
{
	switch (route->kind) {
	case ROUTE_LOCAL:
		if (route->remote_count) {
			smtp_answer_later(m, 451, S("4.3.0"),
					  S("Forwarding to other servers is not possible "
					    "here yet"));
			return;
		}
		take_local(m, rcpt, route);
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

	if (m->s.server->is_sandbox) {
		take_into_sandbox(m, rcpt);
		return;
	}
	d = directory_get(m->s.server->store);
	route_recipient(m->s.config, d, rcpt->local, rcpt->domain, &m->arena, &m->route);
	directory_put(d);
	answer_route(m, rcpt, &m->route);
}
