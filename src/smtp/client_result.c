/* What replies mean to recipients, and how messages and sessions end. */
#include <stdlib.h>

#include "base/enhanced.h"
#include "smtp/client_state.h"

/* RFC 5321 4.5.3.1.10: 552 to RCPT for too many recipients is an old 452. */
static bool is_old_452(const struct smtp_client *c)
{
	slice enhanced = buf_slice(&c->reply.enhanced);

	return c->stage == AT_RCPT && c->reply.code == 552 &&
	       (enhanced.n == 0 || slice_eq(enhanced, S("5.5.3")));
}

static bool is_crowded(const struct smtp_client *c)
{
	slice said = buf_slice(&c->reply.enhanced);

	return c->stage == AT_RCPT && c->now.taken > 0 &&
	       (is_old_452(c) ||
		(c->reply.code == 452 && (said.n == 0 || slice_eq(said, S("4.5.3")))));
}

struct smtp_client_result smtp_client_verdict(const struct smtp_client *c)
{
	int code = c->reply.code;
	struct smtp_client_result r = { .stage = c->stage, .code = code };

	if (code < 300)
		r.outcome = SMTP_DELIVERED;
	else
		r.outcome = code < 500 || is_old_452(c) ? SMTP_DEFERRED : SMTP_REFUSED;
	r.said = buf_slice(&c->reply.enhanced);
	r.enhanced = r.said.n ? r.said : enhanced_usual(code);
	if (is_old_452(c)) r.enhanced = S("4.5.3");
	r.is_crowded = r.outcome == SMTP_DEFERRED && is_crowded(c);
	r.text = buf_slice(&c->reply.text);
	return r;
}

struct smtp_client_result smtp_client_own(const struct smtp_client *c, bool is_refusal,
					  slice enhanced, slice text)
{
	return (struct smtp_client_result){
		.outcome = is_refusal ? SMTP_REFUSED : SMTP_DEFERRED,
		.stage = c->stage,
		.enhanced = enhanced,
		.said = enhanced,
		.text = text,
	};
}

void smtp_client_settle(struct smtp_client *c, uint32_t recipient,
			const struct smtp_client_result *r)
{
	if (!c->now.open[recipient]) return;
	c->now.open[recipient] = false;
	c->now.open_count--;
	c->ops->result(c->host, recipient, r);
}

void smtp_client_settle_all(struct smtp_client *c, const struct smtp_client_result *r)
{
	for (uint32_t i = 0; i < c->now.message->count; i++)
		smtp_client_settle(c, i, r);
}

static void drop_message(struct smtp_client *c)
{
	client_transaction_done(&c->now);
	c->ops->done(c->host);
}

void smtp_client_finish(struct smtp_client *c)
{
	bool needs_reset = c->now.needs_reset;

	drop_message(c);
	if (needs_reset && c->is_ahead_sent) smtp_client_void_ahead(c);
	if (needs_reset && !c->is_ending)
		smtp_client_command(c, AT_RSET, S("RSET"), S(""));
	else
		smtp_client_rest(c);
}

/* Whoever has no result gets this one; else the host hears that the session failed. */
static void tell(struct smtp_client *c, const struct smtp_client_result *why)
{
	bool has_message = c->now.message;

	if (has_message) {
		smtp_client_settle_all(c, why);
		drop_message(c);
	}
	smtp_client_return_ahead(c);
	if (!has_message) c->ops->failed(c->host, why);
}

void smtp_client_break(struct smtp_client *c, const struct smtp_client_result *why)
{
	if (c->is_closing) return;
	c->asked = ASKS_NOTHING;
	c->wants_tls = false;
	c->is_closing = true;
	if (c->stage != AT_QUIT) tell(c, why);
}

void smtp_client_break_off(struct smtp_client *c, slice enhanced, slice text)
{
	struct smtp_client_result why = smtp_client_own(c, false, enhanced, text);

	smtp_client_break(c, &why);
}

void smtp_client_give_up(struct smtp_client *c, const struct smtp_client_result *why)
{
	tell(c, why);
	smtp_client_quit(c);
}
