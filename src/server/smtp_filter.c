/* What the filters of the configuration say of a message ([milter NAME], filter.h), and
 * what becomes of it then. */
#include "base/container.h"
#include "base/log.h"
#include "server/smtp_state.h"
#include "server/version.h"
#include "smtp/path.h"

enum { TEXT_MAX = 1024 }; /* octets of each text made for filters */

/* ---- what they are told ---- */

/* A copy of what a buf has, which is emptied. */
static slice keep(struct smtp_session *m, struct buf *text)
{
	slice kept = { 0 };

	if (text->overflow || !arena_copy(&m->arena, buf_slice(text), &kept))
		kept = S("");
	buf_reset(text);
	return kept;
}

static slice number(struct smtp_session *m, struct buf *text, uint64_t n)
{
	buf_add_u64(text, n);
	return keep(m, text);
}

static void tell_peer(struct smtp_session *m, struct buf *text, struct milter_mail *mail)
{
	const struct reverse *names = &m->inbound.checks.reverse;
	char ip[NETADDR_TEXT_MAX];

	if (m->s.peer.kind == NETADDR_UNIX) {
		mail->peer = mail->peer_name = S("localhost");
		return;
	}
	buf_add(text, netaddr_text(&m->s.peer, ip));
	mail->peer_address = keep(m, text);
	mail->peer_port = number(m, text, m->s.peer.port);
	if (m->inbound.checks.is_decided && names->count)
		buf_add(text, names->names[0]);
	else
		buf_addf(text, "[%.*s]", FMT(mail->peer_address));
	mail->peer_name = keep(m, text);
	buf_addf(text, "%.*s [%.*s]", FMT(mail->peer_name), FMT(mail->peer_address));
	mail->peer = keep(m, text);
}

static void tell_session(struct smtp_session *m, struct buf *text,
			 struct milter_mail *mail)
{
	const struct smtp_session_facts *facts = smtp_server_facts(m->smtp);
	const struct tls_facts *tls = conn_tls(m->s.conn);

	mail->host_name = m->s.config->hostname;
	mail->program = S("Postroom " POSTROOM_VERSION);
	mail->service = m->account ? S("submission") : S("smtp");
	mail->helo = facts->helo;
	mail->login = facts->login;
	mail->login_mechanism = facts->login.n ? facts->mechanism : S("");
	if (!tls) return;
	mail->tls_version = tls->protocol;
	mail->cipher = tls->cipher;
	mail->cipher_bits = number(m, text, (uint64_t)tls->bits);
}

/* The parameters of MAIL that concern the content. */
static slice sender_arguments(struct smtp_session *m, struct buf *text)
{
	buf_addf(text, "SIZE=%llu",
		 (unsigned long long)incoming_size(m->arrival.message));
	buf_add_char(text, '\0');
	if (m->mail.binary)
		buf_add(text, S("BODY=BINARYMIME\0"));
	else if (m->mail.eight_bit)
		buf_add(text, S("BODY=8BITMIME\0"));
	if (m->mail.utf8) buf_add(text, S("SMTPUTF8\0"));
	return keep(m, text);
}

static bool tell_envelope(struct smtp_session *m, struct buf *text,
			  struct milter_mail *mail)
{
	slice *list = arena_alloc_array(&m->arena, m->recipient_count, sizeof(*list));

	if (!list) return false;
	for (const struct recipient *r = m->first; r; r = r->next)
		list[mail->recipient_count++] = r->address;
	mail->recipients = list;
	mail->sender = m->mail.reverse_path;
	mail->sender_arguments = sender_arguments(m, text);
	mail->id = buf_slice(&m->id);
	return true;
}

/* ---- what they want ---- */

/* Also without the domain, as of <postmaster>, which no filter's address is. */
bool smtp_split_address(slice address, struct arena *arena, struct smtp_path *ret)
{
	struct buf path;
	slice rest;
	bool good;

	buf_init(&path, SMTP_PATH_MAX + 2);
	buf_addf(&path, "<%.*s>", FMT(address));
	rest = buf_slice(&path);
	good = !path.overflow &&
	       smtp_take_path(&rest, FORWARD_PATH, arena, ret) == PATH_GOOD;
	buf_done(&path);
	return good;
}

static bool change_sender(struct smtp_session *m, slice sender)
{
	struct smtp_path path = { 0 };

	if (slice_eq(sender, m->mail.reverse_path)) return true;
	if (sender.n && !smtp_split_address(sender, &m->arena, &path)) return false;
	m->mail.local = path.local;
	m->mail.domain = path.domain;
	return arena_copy(&m->arena, sender, &m->mail.reverse_path);
}

static bool is_kept(const struct milter_mail *mail, slice address)
{
	for (uint32_t i = 0; i < mail->recipient_count; i++)
		if (slice_eq_nocase(mail->recipients[i], address)) return true;
	return false;
}

static bool has_recipient(const struct smtp_session *m, slice address)
{
	for (const struct recipient *r = m->first; r; r = r->next)
		if (slice_eq_nocase(r->address, address)) return true;
	return false;
}

static void drop_recipients(struct smtp_session *m)
{
	struct recipient **at = &m->first;

	while (*at) {
		if (is_kept(&m->filtering.mail, (*at)->address)) {
			at = &(*at)->next;
		} else {
			*at = (*at)->next;
			m->recipient_count--;
		}
	}
	m->last = at;
}

/* What a filter adds in vain is no reason to refuse the mail of others. */
static void add_recipients(struct smtp_session *m)
{
	const struct milter_mail *mail = &m->filtering.mail;

	for (uint32_t i = 0; i < mail->recipient_count; i++)
		if (!has_recipient(m, mail->recipients[i]) &&
		    !smtp_add_recipient(m, mail->recipients[i]))
			log_event(LOG_WARNING, "milter.recipient",
				  LOG_STR("id", buf_slice(&m->id)),
				  LOG_STR("nowhere", mail->recipients[i]));
}

/* Who sends on depends on the sender, so all of them are looked up again. */
static bool change_envelope(struct smtp_session *m)
{
	if (!change_sender(m, m->filtering.mail.sender)) return false;
	arrival_forget_targets(&m->arrival);
	drop_recipients(m);
	for (struct recipient *r = m->first; r; r = r->next)
		if (!smtp_route_again(m, r)) return false;
	add_recipients(m);
	return true;
}

static void discard(struct smtp_session *m)
{
	struct smtp_reply reply = { 250, S("2.0.0"), S("Taken") };

	smtp_end_message(m, &reply);
}

static void take(struct smtp_session *m)
{
	const struct filtering *f = &m->filtering;
	const struct smtp_reply trouble = { 451, S("4.3.0"),
					    S("Its recipients have changed meanwhile") };

	if (f->has_new_envelope && !change_envelope(m)) {
		smtp_end_message(m, &trouble);
		return;
	}
	if (!m->first) {
		discard(m);
		return;
	}
	if (f->is_quarantined) m->arrival.into_junk = m->arrival.is_held = true;
	if (f->breaks_seals) m->arrival.sign = NULL;
	if (m->inbound.work.run && inbound_is_doubtful(&m->inbound))
		arrival_silence_forwards(&m->arrival);
	smtp_deliver(m);
}

static void filtered(struct filtering *f)
{
	struct smtp_session *m = CONTAINER_OF(f, struct smtp_session, filtering);

	if (!m->s.conn) {
		session_release(&m->s);
		return;
	}
	switch (f->action) {
	case FILTER_REFUSES:
		smtp_end_message(m, &f->reply);
		break;
	case FILTER_DISCARDS:
		discard(m);
		break;
	case FILTER_TAKES:
		take(m);
		break;
	}
}

void smtp_filter(struct smtp_session *m)
{
	bool is_filtered = (m->account || smtp_is_stranger(m)) &&
			   !m->s.server->is_sandbox &&
			   filter_wants(m->s.config, m->account);
	struct milter_mail *mail = &m->filtering.mail;
	struct buf text;

	if (!is_filtered) {
		smtp_deliver(m);
		return;
	}
	m->filtering = (struct filtering){ .session = &m->s,
					   .message = &m->arrival.message,
					   .is_submitted = m->account,
					   .finished = filtered };
	buf_init(&text, TEXT_MAX);
	tell_peer(m, &text, mail);
	tell_session(m, &text, mail);
	if (tell_envelope(m, &text, mail)) {
		filter_start(&m->filtering);
	} else {
		arrival_done(&m->arrival);
		m->has_arrival = false;
		smtp_answer_later(m, 452, S("4.5.3"), S("Too many recipients"));
	}
	buf_done(&text);
}
