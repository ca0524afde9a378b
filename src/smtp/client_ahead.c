/* The next message's envelope behind the end of the one in hand (RFC 2920 3.1): a round
 * trip less for each message. */
#include <assert.h>

#include "smtp/client_state.h"

enum { AHEAD_RECIPIENTS_MAX = 100 }; /* its envelope is written in one go */

static bool takes_another(const struct smtp_client *c)
{
	return c->peer.announced & PEER_PIPELINING && !c->config->lmtp && !c->is_ending &&
	       !c->is_closing && !c->input_over &&
	       (!c->peer.mails_max || c->mails < c->peer.mails_max);
}

bool smtp_client_ahead(struct smtp_client *c, const struct smtp_client_message *m)
{
	if (!c->now.message || c->ahead.message || !takes_another(c) ||
	    m->count > AHEAD_RECIPIENTS_MAX || !smtp_client_can_send(c, m))
		return false;
	client_transaction_begin(c, &c->ahead, m);
	if (c->stage == AT_END) smtp_client_send_ahead(c);
	return true;
}

void smtp_client_send_ahead(struct smtp_client *c)
{
	struct client_transaction *t = &c->ahead;

	if (!t->message || !takes_another(c)) return;
	while (t->sent < client_command_count(t)) {
		size_t from = c->output.n;

		smtp_client_write_command(c, t, t->sent++);
		smtp_client_said_ahead(c, from);
	}
	c->is_ahead_sent = true;
}

void smtp_client_void_ahead(struct smtp_client *c)
{
	c->void_replies = c->ahead.sent;
	c->ahead.sent = 0;
	c->ahead.needs_reset = false;
	c->is_ahead_sent = false;
	buf_reset(&c->dialogue.ahead);
}

bool smtp_client_turn_to_ahead(struct smtp_client *c)
{
	const struct smtp_client_message *m = c->ahead.message;

	if (!m) return false;
	if (c->is_ahead_sent) {
		c->now = c->ahead;
		c->ahead = (struct client_transaction){ 0 };
		c->is_ahead_sent = false;
		c->stage = AT_MAIL;
		smtp_client_dialogue_message(c);
	} else {
		client_transaction_done(&c->ahead);
		smtp_client_begin_envelope(c, m);
	}
	return true;
}

void smtp_client_return_ahead(struct smtp_client *c)
{
	if (!c->ahead.message) return;
	client_transaction_done(&c->ahead);
	c->is_ahead_sent = false;
	c->ops->returned(c->host);
}
