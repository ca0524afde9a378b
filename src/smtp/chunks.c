/* BDAT (RFC 3030 2): a message in chunks whose sizes are told.
 *
 * The octets of a chunk are always taken before it is answered, even where the command
 * is refused, for they are no commands. Where the size cannot be read, nobody knows what
 * is a command: that is refused for good, so that the client does not come again with the
 * same, and the session ends. */
#include "smtp/content.h"

static const struct smtp_reply out_of_order = { 503, SLICE_INIT("5.5.1"),
						SLICE_INIT("RCPT comes first") };

/* chunk-size SP [ "LAST" ] */
static bool take_size(slice arg, uint64_t *ret_size, bool *ret_last)
{
	if (!take_u64(&arg, ret_size)) return false;
	*ret_last = take_char(&arg, ' ') && slice_eq_nocase(slice_trim(arg), S("LAST"));
	return arg.n == 0 || *ret_last;
}

/* NULL, or why the chunk is thrown away. */
static const struct smtp_reply *begin_chunk(struct smtp_server *s)
{
	const struct smtp_reply *why;

	if (s->state == CHUNKED) return NULL;
	if (!(s->state & (REFUSED | NAMED)) || !s->facts.extended) return &out_of_order;
	why = smtp_begin_content(s, true);
	if (!why) s->state = CHUNKED;
	return why;
}

/* After a chunk that failed there is no transaction, so that all further ones are out of
 * order. */
static void end_chunk(struct smtp_server *s)
{
	const struct smtp_reply *why = s->chunk_refusal;

	s->phase = COMMANDS;
	if (why) {
		smtp_reply(s, why);
		return;
	}
	if (s->is_last_chunk) {
		smtp_end_chunks(s);
		return;
	}
	why = smtp_content_refusal(s);
	if (why) {
		smtp_reply(s, why);
		smtp_end_transaction(s);
	} else {
		smtp_say(s, 250, S(""), S("chunk taken"));
	}
}

void smtp_cmd_bdat(struct smtp_server *s, slice arg)
{
	if (!take_size(arg, &s->chunk_left, &s->is_last_chunk)) {
		smtp_say(s, 501, S(""), S("write BDAT size [LAST]"));
		if (!s->is_closing)
			smtp_end_now(s, S("4.5.0"),
				     S("commands cannot be told from content"));
		return;
	}
	s->chunk_refusal = begin_chunk(s);
	s->phase = CHUNK;
	if (s->chunk_left == 0) end_chunk(s);
}

void smtp_take_chunk(struct smtp_server *s, slice *in)
{
	slice part = *in;

	if (part.n > s->chunk_left) part.n = (size_t)s->chunk_left;
	*in = slice_skip(*in, part.n);
	s->chunk_left -= part.n;
	if (!s->chunk_refusal) smtp_pass_content(s, &part);
	if (s->chunk_left == 0) end_chunk(s);
}
