/* From the greeting to a session that may log in: EHLO, HELO, STARTTLS. */
#include "smtp/client_state.h"

static void give_up_on_reply(struct smtp_client *c)
{
	struct smtp_client_result why = smtp_client_verdict(c);

	smtp_client_give_up(c, &why);
}

void smtp_client_hello(struct smtp_client *c)
{
	smtp_client_command(c, AT_EHLO, c->config->lmtp ? S("LHLO") : S("EHLO"),
			    c->config->host_name);
}

void smtp_client_on_greeting(struct smtp_client *c)
{
	if (c->reply.code < 300)
		smtp_client_hello(c);
	else
		give_up_on_reply(c);
}

/* What the policy asks for cannot be had: others might have taken it away on the wire,
 * so it is no refusal (RFC 8461 5, RFC 7672 2.2). */
static void give_up_without_tls(struct smtp_client *c)
{
	struct smtp_client_result why = smtp_client_own(
		c, false, S("4.7.10"),
		c->tls_refused ? S("TLS is required, and the peer refused STARTTLS")
			       : S("TLS is required, and the peer does not offer it"));

	smtp_client_give_up(c, &why);
}

static void after_hello(struct smtp_client *c)
{
	bool may_start = !c->tls && !c->tls_refused &&
			 c->config->tls != CLIENT_TLS_NEVER &&
			 c->peer.announced & PEER_STARTTLS;

	if (may_start)
		smtp_client_command(c, AT_STARTTLS, S("STARTTLS"), S(""));
	else if (!c->tls && c->config->tls == CLIENT_TLS_ALWAYS)
		give_up_without_tls(c);
	else if (c->config->user.n)
		smtp_client_login(c);
	else
		smtp_client_rest(c);
}

/* A peer that does not know EHLO may know HELO (RFC 5321 4.1.4); with LMTP there is none
 * (RFC 2033 4.1). */
void smtp_client_on_ehlo(struct smtp_client *c)
{
	if (c->reply.code < 300) {
		smtp_peer_read(&c->peer, buf_slice(&c->reply.text));
		after_hello(c);
	} else if (c->reply.code >= 500 && !c->config->lmtp) {
		smtp_client_command(c, AT_HELO, S("HELO"), c->config->host_name);
	} else {
		give_up_on_reply(c);
	}
}

void smtp_client_on_helo(struct smtp_client *c)
{
	if (c->reply.code < 300) {
		smtp_peer_read(&c->peer, S(""));
		after_hello(c);
	} else {
		give_up_on_reply(c);
	}
}

/* Only 220 says that TLS may start (RFC 3207 4). */
void smtp_client_on_starttls(struct smtp_client *c)
{
	c->wants_tls = c->reply.code == 220;
	c->tls_refused = !c->wants_tls;
	if (c->tls_refused) after_hello(c);
}
