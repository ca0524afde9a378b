#include <string.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/dns_answer.h"
#include "policy/mx.h"
#include "policy/relay.h"
#include "policy/routing.h"
#include "server/forwarding.h"
#include "server/greylist.h"
#include "server/reporting.h"
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

/* m->last was last before it. */
static void drop_newest(struct smtp_session *m, struct recipient **last)
{
	m->last = last;
	*last = NULL;
	m->recipient_count--;
}

static bool make_room(struct smtp_session *m, struct recipient *r, uint32_t count)
{
	r->targets = arena_alloc_array(&m->arena, count, sizeof(struct arrival_target *));
	r->target_count = r->targets ? count : 0;
	return r->targets;
}

static bool add_targets(struct smtp_session *m, struct recipient *r,
			const struct smtp_rcpt *rcpt, const struct route *route)
{
	struct forwarded f = { .config = m->s.config,
			       .keys = &m->s.server->auth.keys,
			       .reverse_path = m->mail.reverse_path,
			       .local = m->mail.local,
			       .domain = m->mail.domain,
			       .recipient = r->address,
			       .original = rcpt->orcpt,
			       .notify = rcpt->notify,
			       .now = clock_now() };

	if (!make_room(m, r, route->account_count + route->remote_count)) return false;
	/* What goes on to several is not reported by them (forwarding.h). */
	r->is_local = route->account_count || route->remote_count > 1;
	if (reporting_reads(m->s.config, r->address)) m->arrival.has_report = true;
	for (uint32_t i = 0; i < route->account_count; i++) {
		r->targets[i] = arrival_add(&m->arrival, route->accounts[i], r->address);
		if (!r->targets[i]) return false;
	}
	return route->remote_count == 0 || forward_add(&m->arrival, route, &f, &m->arena,
						       r->targets + route->account_count);
}

static void answer_taken(struct smtp_session *m, bool taken)
{
	if (taken)
		smtp_answer_later(m, 250, S("2.1.5"), S("Recipient taken"));
	else
		smtp_answer_later(m, 452, S("4.5.3"), S("Too many recipients"));
}

/* Of another server, or ours for later. */
static bool add_elsewhere(struct smtp_session *m, struct recipient *r,
			  const struct smtp_rcpt *rcpt, slice address)
{
	struct queue_target target = { .address = address,
				       .original = rcpt->orcpt,
				       .notify = rcpt->notify };
	struct arrival_target *t;
	struct buf destination;

	buf_init(&destination, DNS_NAME_MAX);
	queue_destination_of(address, &destination);
	target.destination = buf_slice(&destination);
	t = arrival_add_remote(&m->arrival, NULL, &target);
	if (t && make_room(m, r, 1)) r->targets[0] = t;
	buf_done(&destination);
	return t && r->target_count;
}

static void take_elsewhere(struct smtp_session *m, const struct smtp_rcpt *rcpt,
			   slice address)
{
	struct recipient **last = m->last;
	struct recipient *r = add_recipient(m, rcpt);
	bool taken = r && add_elsewhere(m, r, rcpt, address);

	if (r && !taken) drop_newest(m, last);
	answer_taken(m, taken);
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
	struct buf address;

	buf_init(&address, SMTP_PATH_MAX + SMTP_DOMAIN_MAX);
	write_address(m, rcpt, &address);
	take_elsewhere(m, rcpt, buf_slice(&address));
	buf_done(&address);
}

/* Nobody of ours; but perhaps the sender of something that we sent on, whom a report is
 * to reach. */
static void take_unknown(struct smtp_session *m, const struct smtp_rcpt *rcpt)
{
	slice sender;

	switch (forward_find_sender(&m->s.server->auth.keys, rcpt->local, clock_now(),
				    &m->arena, &sender)) {
	case SRS_NONE:
		smtp_answer_later(m, 550, S("5.1.1"), S("No such user here"));
		return;
	case SRS_FORGED:
		smtp_answer_later(m, 550, S("5.1.1"), S("That is no address of ours"));
		return;
	case SRS_OLD:
		smtp_answer_later(m, 550, S("5.1.6"), S("It is too late for a report"));
		return;
	case SRS_OK:
		break;
	}
	if (m->mail.reverse_path.n)
		smtp_answer_later(m, 550, S("5.7.1"),
				  S("Only reports, from <>, are taken for it"));
	else
		take_elsewhere(m, rcpt, sender);
}

/* Of whom the DNS says nothing good. */
static bool is_refused(struct smtp_session *m, const struct smtp_rcpt *rcpt)
{
	bool refused = false;
	slice enhanced;
	struct buf text;

	if (!smtp_is_stranger(m) || slice_eq_nocase(rcpt->local, S("postmaster")))
		return false;
	buf_init(&text, SMTP_REPLY_LINE_MAX);
	refused = stranger_is_refused(&m->stranger, &enhanced, &text) &&
		  arena_copy(&m->arena, buf_slice(&text), &m->why);
	buf_done(&text);
	if (refused) smtp_answer_later(m, 550, enhanced, m->why);
	return refused;
}

/* RFC 6647: only of what would be taken otherwise. */
static bool is_greylisted(struct smtp_session *m, const struct smtp_rcpt *rcpt)
{
	const struct config *c = m->s.config;

	if (!c->greylist || !smtp_is_stranger(m) || m->s.is_exempt ||
	    m->s.peer.kind == NETADDR_UNIX)
		return false;
	if (!greylist_wait(m->s.server->greylist, &m->s.peer, m->mail.reverse_path,
			   rcpt->forward_path, c->greylist_delay_s, clock_now()))
		return false;
	smtp_answer_later(m, 451, S("4.7.1"), S("You are new here, try again later"));
	return true;
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
	answer_taken(m, r && add_targets(m, r, &m->rcpt, &m->route));
}

/* Until its time comes mail for our own users waits in the queue, too (RFC 4865 4.2). */
static void take_local(struct smtp_session *m, const struct smtp_rcpt *rcpt,
		       const struct route *route)
{
	if (m->mail.release_time > clock_now()) {
		take_into_queue(m, rcpt);
		return;
	}
	m->room.size = m->mail.size;
	smtp_room_ask(&m->room, route->accounts, route->account_count);
}

static void answer_route(struct smtp_session *m, const struct smtp_rcpt *rcpt,
			 const struct route *route)
{
	if (route->internal && !m->account) {
		smtp_answer_later(m, 550, S("5.7.1"),
				  S("Only people of this server may write to it"));
		return;
	}
	switch (route->kind) {
	case ROUTE_LOCAL:
		if (is_greylisted(m, rcpt)) return;
		take_local(m, rcpt, route);
		return;
	case ROUTE_REMOTE:
		take_remote(m, rcpt);
		return;
	case ROUTE_UNKNOWN:
		take_unknown(m, rcpt);
		return;
	case ROUTE_LOOP:
		smtp_answer_later(m, 550, S("5.4.6"), S("This alias leads to nobody"));
		return;
	case ROUTE_REFUSED:
		smtp_answer_later(m, 550, S("5.7.1"), S("No mail is taken for it"));
		return;
	}
}

/* The address at which this client found us, as a literal, is our name (RFC 1123 5.2.17).
 */
static slice own_name(const struct smtp_session *m, slice domain)
{
	struct netaddr local;
	struct ip literal;

	if (!mx_literal_address(domain, &literal) || !m->s.conn) return domain;
	local = conn_local(m->s.conn);
	return ip_eq(netaddr_ip(&local), literal) ? m->s.config->hostname : domain;
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
	m->asks = ASKS_RCPT;
	m->rcpt = *rcpt;
	if (!smtp_may_go_on(m, THROTTLED_RECIPIENT)) {
		smtp_answer_later(m, 450, S("4.7.1"), S("Too many recipients for now"));
		return;
	}
	if (is_refused(m, rcpt)) return;
	d = directory_get(m->s.server->store);
	route_recipient(m->s.config, d, rcpt->local, own_name(m, rcpt->domain), &m->arena,
			&m->route);
	directory_put(d);
	answer_route(m, rcpt, &m->route);
}

/* ---- what filters want of the envelope ---- */

static bool add_by_route(struct smtp_session *m, struct recipient *r,
			 const struct smtp_rcpt *rcpt)
{
	bool waits = m->mail.release_time > clock_now(); /* as take_local has it */
	slice sender;

	switch (m->route.kind) {
	case ROUTE_LOCAL:
		return waits ? add_elsewhere(m, r, rcpt, r->address)
			     : add_targets(m, r, rcpt, &m->route);
	case ROUTE_REMOTE:
		return add_elsewhere(m, r, rcpt, r->address);
	case ROUTE_UNKNOWN:
		return forward_find_sender(&m->s.server->auth.keys, rcpt->local,
					   clock_now(), &m->arena, &sender) == SRS_OK &&
		       add_elsewhere(m, r, rcpt, sender);
	case ROUTE_LOOP:
	case ROUTE_REFUSED:
		break;
	}
	return false;
}

bool smtp_route_again(struct smtp_session *m, struct recipient *r)
{
	const struct directory *d;
	struct smtp_rcpt rcpt = { .forward_path = r->address,
				  .orcpt = r->original,
				  .notify = r->notify };
	struct smtp_path path;

	if (!smtp_split_address(r->address, &m->arena, &path)) return false;
	rcpt.local = path.local;
	rcpt.domain = own_name(m, path.domain);
	r->is_local = false;
	r->target_count = 0;
	d = directory_get(m->s.server->store);
	route_recipient(m->s.config, d, rcpt.local, rcpt.domain, &m->arena, &m->route);
	directory_put(d);
	return add_by_route(m, r, &rcpt);
}

/* Only what leads somewhere becomes a recipient. */
bool smtp_add_recipient(struct smtp_session *m, slice address)
{
	const struct smtp_rcpt rcpt = { .forward_path = address };
	struct recipient **last = m->last;
	struct recipient *r = add_recipient(m, &rcpt);

	if (!r) return false;
	if (smtp_route_again(m, r)) return true;
	drop_newest(m, last);
	return false;
}
