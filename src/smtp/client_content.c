/* The octets of the message, behind DATA or in the chunks of BDAT (RFC 3030 2). */
#include <assert.h>

#include "smtp/client_state.h"

static void await_end(struct smtp_client *c)
{
	c->stage = AT_END;
	c->final_open = true;
	smtp_client_send_ahead(c);
}

void smtp_client_begin_content(struct smtp_client *c)
{
	c->stage = AT_CONTENT;
	c->offset = 0;
	c->stuffing = (struct stuffing){ .dots = !c->now.by_chunks };
	c->chunks_open = 0;
	c->next_named = 0;
	if (c->now.open_count) {
		smtp_client_go_on_content(c);
	} else if (c->config->lmtp) { /* which cannot be (RFC 2033 4.2) */
		smtp_client_break_off(c, S("4.5.0"), S("DATA without recipients"));
	} else { /* pipelined, and no recipient was accepted: RFC 2920 3.1 */
		buf_add(&c->output, S(".\r\n"));
		await_end(c);
	}
}

/* The chunk that was made; an empty one only where it is the last. */
static void send_chunk(struct smtp_client *c, bool is_last)
{
	size_t from = c->output.n;

	if (c->chunk.n == 0 && !is_last) return;
	buf_addf(&c->output, "BDAT %zu%s\r\n", c->chunk.n, is_last ? " LAST" : "");
	smtp_client_said(c, from);
	buf_move(&c->output, &c->chunk);
	if (is_last)
		await_end(c);
	else
		c->chunks_open++;
}

/* What is binary goes out as it is (RFC 3030 3). */
static void add_octets(struct smtp_client *c, slice octets)
{
	struct buf *out = c->now.by_chunks ? &c->chunk : &c->output;

	if (c->now.message->binary)
		buf_add(out, octets);
	else
		stuffing_add(&c->stuffing, octets, out);
}

static void end_content(struct smtp_client *c)
{
	if (!c->now.message->binary)
		stuffing_end(&c->stuffing, c->now.by_chunks ? &c->chunk : &c->output);
	if (c->now.by_chunks) {
		send_chunk(c, true);
	} else {
		size_t from = c->output.n;

		buf_add(&c->output, S(".\r\n"));
		smtp_client_said(c, from);
		await_end(c);
	}
}

static uint32_t chunks_max(const struct smtp_client *c)
{
	return c->peer.announced & PEER_PIPELINING ? SMTP_PIPELINE_CHUNKS : 1;
}

static size_t piece_size(const struct smtp_client *c)
{
	uint64_t rest = c->now.message->size - c->offset;

	return rest < SMTP_PIECE_MAX ? (size_t)rest : SMTP_PIECE_MAX;
}

void smtp_client_go_on_content(struct smtp_client *c)
{
	if (piece_size(c) == 0) {
		end_content(c);
	} else if (c->output.n >= OUTPUT_MARK) {
		c->wants_drain = true;
	} else if (c->chunks_open < chunks_max(c)) {
		c->asked = ASKS_CONTENT;
		c->ops->content(c->host, c->offset, piece_size(c));
	}
}

void smtp_client_content(struct smtp_client *c, slice octets)
{
	assert(c->asked == ASKS_CONTENT && octets.n <= piece_size(c));
	c->asked = ASKS_NOTHING;
	c->offset += octets.n;
	add_octets(c, octets);
	if (octets.n == 0) {
		smtp_client_break_off(c, S("4.3.0"), S("the message cannot be read"));
	} else {
		if (c->now.by_chunks && piece_size(c)) send_chunk(c, false);
		smtp_client_go_on_content(c);
	}
	smtp_client_look_at_input(c);
}

/* The transaction has failed; how many replies LMTP still has for it is not said. */
static void on_failed_chunk(struct smtp_client *c, const struct smtp_client_result *r)
{
	if (c->config->lmtp)
		smtp_client_break(c, r);
	else
		smtp_client_settle_all(c, r);
}

/* Replies to the end: with LMTP one for each recipient in order (RFC 2033 4.2). */
static void on_final(struct smtp_client *c, const struct smtp_client_result *r)
{
	if (c->config->lmtp) {
		while (!c->now.open[c->now.order[c->next_named]])
			c->next_named++;
		smtp_client_settle(c, c->now.order[c->next_named], r);
	} else {
		smtp_client_settle_all(c, r);
		c->final_open = false;
	}
	if (c->now.open_count == 0) c->final_open = false;
}

void smtp_client_on_content(struct smtp_client *c)
{
	struct smtp_client_result r = smtp_client_verdict(c);
	bool has_failed = r.outcome != SMTP_DELIVERED;

	if (c->chunks_open == 0) {
		c->now.needs_reset =
			c->now.by_chunks && (has_failed || c->now.open_count == 0);
		on_final(c, &r);
	} else {
		c->chunks_open--;
		if (has_failed) on_failed_chunk(c, &r);
	}
	if (c->is_closing) return;
	if (c->now.open_count == 0 && c->chunks_open == 0 && !c->final_open)
		smtp_client_finish(c);
	else if (c->now.open_count && c->stage == AT_CONTENT)
		smtp_client_go_on_content(c);
}
