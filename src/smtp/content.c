/* DATA and the message behind it (RFC 5321 4.1.1.4), and what BDAT has in common. */
#include "smtp/content.h"

const struct smtp_reply *smtp_begin_content(struct smtp_server *s, bool is_verbatim)
{
	static const struct smtp_reply
		nobody = { 554, SLICE_INIT("5.5.1"), SLICE_INIT("no valid recipients") },
		lmtp_nobody = { 503, SLICE_INIT("5.5.1"), /* RFC 2033 4.2 */
				SLICE_INIT("no valid recipients") },
		later = { 451, SLICE_INIT("4.3.0"), SLICE_INIT("try again later") };

	if (s->recipients == 0) return s->config->lmtp ? &lmtp_nobody : &nobody;
	if (s->ops->data_begin(s->host)) {
		smtp_end_transaction(s);
		return &later;
	}
	s->scanner = (struct data_scanner){ .is_verbatim = is_verbatim,
					    .is_typed = s->is_typed };
	s->newlines = (struct newlines){ 0 };
	s->content_outcome = ERR_NONE;
	return NULL;
}

void smtp_cmd_data(struct smtp_server *s, slice)
{
	static const struct smtp_reply go_on = {
		354, SLICE_INIT(""), SLICE_INIT("the message, then <CRLF>.<CRLF>")
	};
	static const struct smtp_reply needs_bdat = {
		503, SLICE_INIT("5.5.1"), SLICE_INIT("BINARYMIME comes by BDAT only")
	};
	const struct smtp_reply *why =
		s->mail.binary ? &needs_bdat : smtp_begin_content(s, false);

	if (!why) s->phase = CONTENT;
	smtp_reply(s, why ? why : &go_on);
}

static bool is_too_big(const struct smtp_server *s)
{
	uint64_t size = s->scanner.size + s->newlines.added;

	return s->config->size_max && size > s->config->size_max;
}

/* Scripts and curl send files as they find them, and a site may change what its own users
 * submit (RFC 6409 8). They end a message with CRLF "." CRLF like everybody. */
static bool forgives_newlines(const struct smtp_server *s)
{
	return s->config->mends_newlines || s->login.n;
}

const struct smtp_reply *smtp_content_refusal(const struct smtp_server *s)
{
	static const struct smtp_reply
		too_big = { 552, SLICE_INIT("5.3.4"),
			    SLICE_INIT("the message is too big") },
		bare = { 550, SLICE_INIT("5.6.11"),
			 SLICE_INIT("lines end with CRLF: a bare CR or LF is refused") },
		nul = { 550, SLICE_INIT("5.6.11"), SLICE_INIT("a NUL is refused") },
		failed = { 451, SLICE_INIT("4.3.0"), SLICE_INIT("try again later") };

	if (is_too_big(s)) return &too_big;
	if (s->content_outcome) return &failed;
	if (s->mail.binary || s->config->takes_all)
		return NULL; /* each octet as it is (RFC 3030 3) */
	if (!forgives_newlines(s) && s->scanner.faults & (DATA_BARE_CR | DATA_BARE_LF))
		return &bare;
	return s->scanner.faults & DATA_NUL ? &nul : NULL;
}

/* One to each recipient with LMTP (RFC 2033 4.2). They count as no faults: what is wrong
 * with a message says little of the session. */
static void write_replies(struct smtp_server *s, const struct smtp_reply *replies,
			  uint32_t count)
{
	uint32_t lines = s->config->lmtp ? s->recipients : 1;

	for (uint32_t i = 0; i < lines; i++)
		smtp_reply_write(&s->output, &replies[i < count ? i : 0], false,
				 s->mail.utf8);
}

void smtp_end_content(struct smtp_server *s)
{
	const struct smtp_reply *why = smtp_content_refusal(s);

	s->phase = COMMANDS;
	s->idle_commands = 0;
	if (!why) {
		s->asked = DELIVERY;
		s->ops->data_end(s->host);
		return;
	}
	write_replies(s, why, 1);
	smtp_end_transaction(s);
}

static bool mends_newlines(const struct smtp_server *s)
{
	return forgives_newlines(s) && !s->mail.binary;
}

static void give(struct smtp_server *s, slice piece)
{
	if (!smtp_content_refusal(s)) s->content_outcome = s->ops->data(s->host, piece);
}

/* The scanner has seen the ends of all its lines; only of a CR at its end it cannot know
 * yet whether it stands alone. */
static bool needs_no_mending(const struct smtp_server *s, slice piece)
{
	return !(s->scanner.faults & (DATA_BARE_CR | DATA_BARE_LF)) &&
	       !s->newlines.has_cr && piece.p[piece.n - 1] != '\r';
}

static void give_mended(struct smtp_server *s, slice piece)
{
	slice part;

	if (needs_no_mending(s, piece)) {
		give(s, piece);
		return;
	}
	while (newlines_take(&s->newlines, &piece, &part))
		give(s, part);
}

void smtp_pass_content(struct smtp_server *s, slice *in)
{
	slice piece;

	while (data_scanner_take(&s->scanner, in, &piece))
		(mends_newlines(s) ? give_mended : give)(s, piece);
}

void smtp_end_chunks(struct smtp_server *s)
{
	slice rest;

	data_scanner_end(&s->scanner);
	if (mends_newlines(s) && newlines_end(&s->newlines, &rest)) give(s, rest);
	smtp_end_content(s);
}

void smtp_take_content(struct smtp_server *s, slice *in)
{
	smtp_pass_content(s, in);
	if (s->scanner.state == DATA_ENDED) smtp_end_content(s);
}

void smtp_content_answered(struct smtp_server *s, const struct smtp_reply *replies,
			   uint32_t count)
{
	write_replies(s, replies, count);
	s->leaving = LEAVING;
	for (uint32_t i = 0; i < count; i++)
		if (replies[i].code == 421) s->is_closing = true;
}

void smtp_content_left(struct smtp_server *s)
{
	s->leaving = NOT_LEAVING;
	s->ops->answered(s->host);
	smtp_end_transaction(s);
}
