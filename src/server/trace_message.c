#include "server/trace_message.h"

#include "base/clock.h"
#include "server/tracing.h"

enum {
	RECIPIENTS_TOLD_MAX = 100,
	REFUSALS_OF_NETWORK = 30, /* that are kept in a minute */
	REFUSALS_OF_ALL = 300,
	MINUTE_MS = 60 * 1000,
};

static void tell_peer(struct trace_event *e, const struct smtp_session *m)
{
	const struct smtp_session_facts *facts = smtp_server_facts(m->smtp);
	const struct tls_facts *tls = conn_tls(m->s.conn);

	trace_event_text(e, S("helo"), facts->helo);
	trace_event_text(e, S("protocol"), facts->protocol);
	trace_event_text(e, S("tls"), tls ? tls->protocol : S(""));
	trace_event_text(e, S("cipher"), tls ? tls->cipher : S(""));
	trace_event_text(e, S("login"), facts->login);
}

/* ---- what was found out ---- */

static slice action_name(enum inbound_action a)
{
	static const slice names[] = {
		[INBOUND_ACCEPT] = SLICE_INIT("accept"),
		[INBOUND_QUARANTINE] = SLICE_INIT("quarantine"),
		[INBOUND_REJECT] = SLICE_INIT("reject"),
	};

	return names[a];
}

static void tell_checks(struct trace_event *e, const struct inbound *in)
{
	const struct inbound_checks *c = &in->checks;

	if (!in->work.run) return;
	json_write_key(&e->json, S("checks"));
	json_write_object_begin(&e->json);
	if (c->is_decided) {
		trace_event_text(e, S("spf"), spf_result_name(c->spf.result));
		trace_event_text(e, S("dkim"), inbound_checks_dkim(c));
		trace_event_text(e, S("dmarc"), inbound_checks_dmarc(c));
		trace_event_text(e, S("arc"), inbound_checks_arc(c));
		trace_event_text(e, S("iprev"),
				 iprev_result_name(iprev_result(&c->reverse)));
		trace_event_text(e, S("author"), in->read.author);
		trace_event_text(e, S("policy"), action_name(in->action));
	} else {
		trace_event_text(e, S("policy"), S("not decided in time"));
	}
	json_write_object_end(&e->json);
}

/* Of a message that was refused before it was finished, the field itself tells. */
static slice message_id(const struct smtp_session *m)
{
	const struct header_list *list = &m->inbound.read.list;
	slice id = arrival_message_id(&m->arrival);

	if (id.n) return id;
	for (uint32_t i = 0; m->inbound.work.run && i < list->count; i++) {
		if (!slice_eq_nocase(list->fields[i].name, S("Message-ID"))) continue;
		id = slice_trim(list->fields[i].value);
		if (take_char(&id, '<')) id = slice_head(id, slice_find_char(id, '>'));
		return id;
	}
	return S("");
}

/* ---- where it went ---- */

static slice outcome_of(const struct smtp_session *m, const struct recipient *r)
{
	enum err e = smtp_recipient_outcome(m, r);

	if (m->filtering.action == FILTER_DISCARDS) return S("discarded");
	if (!arrival_has_begun(&m->arrival)) return S("refused");
	return e ? slice_of(err_name(e)) : S("stored");
}

static slice place_of(const struct smtp_session *m, const struct recipient *r)
{
	slice mailbox = m->arrival.into_junk ? S("Junk") : S("INBOX");
	uint32_t queued = 0;

	for (uint32_t i = 0; i < r->target_count; i++)
		queued += arrival_target_is_remote(r->targets[i]) ||
			  (m->is_split && arrival_target_outcome(r->targets[i]));
	if (queued == 0) return mailbox;
	return queued == r->target_count ? S("queue") : S("mailboxes and queue");
}

static void tell_recipient(struct trace_event *e, const struct smtp_session *m,
			   const struct recipient *r)
{
	json_write_object_begin(&e->json);
	trace_event_text(e, S("to"), r->address);
	trace_event_text(e, S("into"), place_of(m, r));
	trace_event_text(e, S("outcome"), outcome_of(m, r));
	json_write_object_end(&e->json);
}

static void tell_recipients(struct trace_event *e, const struct smtp_session *m)
{
	const struct recipient *r = m->first;

	trace_event_number(e, S("recipientCount"), m->recipient_count);
	json_write_key(&e->json, S("recipients"));
	json_write_array_begin(&e->json);
	for (uint32_t i = 0; r && i < RECIPIENTS_TOLD_MAX; r = r->next, i++)
		tell_recipient(e, m, r);
	json_write_array_end(&e->json);
}

struct destinations {
	struct json_writer *json;
	slice last;
	uint32_t count;
};

/* Once each, as far as they come one behind the other. */
static void tell_destination(void *context, slice name)
{
	struct destinations *d = context;

	if (d->count++ < RECIPIENTS_TOLD_MAX && !slice_eq(name, d->last))
		json_write_string(d->json, name);
	d->last = name;
}

static void tell_destinations(struct trace_event *e, const struct arrival *a)
{
	struct destinations d = { .json = &e->json };

	if (!a->remote_count) return;
	json_write_key(&e->json, S("destinations"));
	json_write_array_begin(&e->json);
	arrival_each_destination(a, tell_destination, &d);
	json_write_array_end(&e->json);
}

static void tell_reply(struct trace_event *e, const struct smtp_reply *reply)
{
	if (!reply) {
		trace_event_text(e, S("reply"), S("(the peer had gone)"));
		return;
	}
	trace_event_number(e, S("code"), reply->code);
	trace_event_text(e, S("status"), reply->enhanced);
	trace_event_text(e, S("reply"), reply->text);
}

void trace_message(const struct smtp_session *m, const struct smtp_reply *reply)
{
	struct tracing *t = m->s.server->tracing;
	struct trace_event e;
	char peer[NETADDR_TEXT_MAX];

	if (!t) return;
	trace_event_begin(&e, t, S("received"));
	trace_event_key(&e, S("id"), KEY_ID, buf_slice(&m->id));
	trace_event_number(&e, S("session"), (int64_t)m->s.id);
	trace_event_text(&e, S("peer"), netaddr_text(&m->s.peer, peer));
	if (m->s.conn) tell_peer(&e, m);
	trace_event_text(&e, S("from"),
			 m->s.conn ? m->mail.reverse_path
				   : buf_slice(&m->arrival.reverse_path));
	trace_event_key(&e, S("messageId"), KEY_MESSAGE_ID, message_id(m));
	trace_event_number(&e, S("size"), (int64_t)incoming_size(m->arrival.message));
	tell_checks(&e, &m->inbound);
	trace_event_text(&e, S("filter"), m->filtering.by);
	tell_recipients(&e, m);
	tell_destinations(&e, &m->arrival);
	trace_event_queue_id(&e, arrival_queue_id(&m->arrival));
	tell_reply(&e, reply);
	trace_event_end(&e);
}

/* ---- what did not come ---- */

static bool is_kept(const struct smtp_session *m)
{
	struct rates *r = m->s.server->rates;
	struct rate rate = { .kind = THROTTLED_REFUSAL,
			     .limit = REFUSALS_OF_NETWORK,
			     .window_ms = MINUTE_MS };
	int64_t now_ms = clock_monotonic_ms();

	if (!rates_take_network(r, &rate, &m->s.peer, now_ms)) return false;
	rate.limit = REFUSALS_OF_ALL;
	return rates_take(r, &rate, S(""), now_ms);
}

void trace_refusal(const struct smtp_session *m)
{
	struct tracing *t = m->s.server->tracing;
	struct trace_event e;
	char peer[NETADDR_TEXT_MAX];

	if (!t || !is_kept(m)) return;
	trace_event_begin(&e, t, S("refused"));
	trace_event_key(&e, S("id"), KEY_ID, buf_slice(&m->id));
	trace_event_number(&e, S("session"), (int64_t)m->s.id);
	trace_event_text(&e, S("peer"), netaddr_text(&m->s.peer, peer));
	tell_peer(&e, m);
	trace_event_text(&e, S("command"), m->asks == ASKS_RCPT ? S("RCPT") : S("MAIL"));
	trace_event_key(&e, S("from"), KEY_ADDRESS, m->mail.reverse_path);
	if (m->asks == ASKS_RCPT)
		trace_event_key(&e, S("to"), KEY_ADDRESS, m->rcpt.forward_path);
	tell_reply(&e, &m->verdict);
	trace_event_end(&e);
}
