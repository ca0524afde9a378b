#include "imap/input.h"

#include <string.h>

#include "base/utf8.h"
#include "imap/commands.h"
#include "imap/session.h"

/* Octets of a refused literal that are read over, for whom has logged in and strangers,
 * and of a refused command's lines. */
enum {
	SKIP_MAX = 64 * 1024 * 1024,
	LOGIN_SKIP_MAX = 64 * 1024,
	LINES_SKIP_MAX = 16 * 1024 * 1024,
};

void input_init(struct input *in)
{
	*in = (struct input){ .mode = INPUT_LINE };
	buf_init(&in->text, IMAP_COMMAND_MAX);
}

void input_done(struct input *in)
{
	buf_wipe(&in->text);
}

void input_restart(struct input *in)
{
	enum input_reader reader = in->reader;

	input_done(in);
	input_init(in);
	in->reader = reader;
}

static size_t text_max(const struct imap *s)
{
	return s->state == STATE_NEW ? IMAP_LOGIN_COMMAND_MAX : IMAP_COMMAND_MAX;
}

/* Keeps the last octets of the line, where a literal would be announced. */
static void keep_tail(struct input *in, slice piece)
{
	size_t old = in->tail_n;

	piece = slice_skip(piece, piece.n > INPUT_TAIL ? piece.n - INPUT_TAIL : 0);
	if (old + piece.n > INPUT_TAIL) {
		size_t drop = old + piece.n - INPUT_TAIL;

		memmove(in->tail, in->tail + drop, old - drop);
		old -= drop;
	}
	if (piece.n) memcpy(in->tail + old, piece.p, piece.n);
	in->tail_n = old + piece.n;
}

/* From here on the command is only read over. Of its text the tag stays. */
static void refuse(struct imap *s, const struct refusal *why)
{
	struct input *in = &s->input;
	slice text = buf_slice(&in->text), tag = { 0 };

	keep_tail(in, slice_skip(text, in->line_start));
	if (!take_tag(&text, &tag) || !take_space(&text)) tag.n = 0;
	buf_truncate(&in->text, tag.n);
	in->refused = why;
	if (in->reader != READ_COMMAND) return;
	task_free(s->task); /* APPEND's, with the octets so far */
	s->task = NULL;
}

static void answer_once(struct imap *s)
{
	struct input *in = &s->input;
	const struct refusal *why = in->refused;

	if (in->is_answered) return;
	session_answer(s, buf_slice(&in->text), why->how, why->code, why->text);
	in->is_answered = true;
}

static void answer_refused(struct imap *s)
{
	answer_once(s);
	input_restart(&s->input);
	session_next(s);
}

static void skip_literal(struct imap *s, uint64_t size)
{
	if (size > (s->state == STATE_NEW ? LOGIN_SKIP_MAX : SKIP_MAX)) {
		session_bye(s, S("literal too long"));
		return;
	}
	s->input.tail_n = 0;
	s->input.literal_left = size;
	s->input.mode = size ? INPUT_SKIP : INPUT_LINE;
}

/* The client that waits for "+" sends nothing more: the answer can be given now. */
static void refuse_literal(struct imap *s, const struct literal *l,
			   const struct refusal *why)
{
	if (!s->input.refused) refuse(s, why);
	if (l->no_wait)
		skip_literal(s, l->size);
	else
		answer_refused(s);
}

static void gather_literal(struct imap *s, const struct literal *l)
{
	struct input *in = &s->input;
	uint64_t max = s->state == STATE_NEW ? IMAP_LOGIN_LITERAL_MAX : IMAP_COMMAND_MAX;

	if (l->size > max || l->size + in->text.n + 2 > text_max(s)) {
		refuse_literal(s, l, &refused_literal);
		return;
	}
	buf_add(&in->text, S("\r\n"));
	in->literal_octets += (size_t)l->size + 2;
	in->literal_left = l->size;
	in->line_start = in->text.n + (size_t)l->size;
	in->mode = l->size ? INPUT_LITERAL : INPUT_LINE;
	if (!l->no_wait) session_continue(s, S("go ahead"));
}

static void stream_literal(struct imap *s, const struct literal *l)
{
	struct input *in = &s->input;

	input_restart(in);
	buf_add(&in->text, s->task->tag);
	buf_add_char(&in->text, ' ');
	in->line_start = in->text.n;
	in->literal_left = l->size;
	in->mode = l->size ? INPUT_MESSAGE : INPUT_LINE;
	if (!l->no_wait) session_continue(s, S("go ahead"));
}

static void begin_literal(struct imap *s, const struct literal *l)
{
	const struct refusal *why = s->input.refused;
	enum literal_use use = LITERAL_REFUSED;

	if (!why) use = command_literal(s, l, &why);
	if (use == LITERAL_REFUSED) {
		refuse_literal(s, l, why);
	} else if (use == LITERAL_GATHERED) {
		gather_literal(s, l);
	} else {
		stream_literal(s, l);
	}
}

/* Where strings may be UTF-8, other octets are refused (RFC 6855 3). */
static void command_line_done(struct imap *s)
{
	struct input *in = &s->input;
	slice line = in->refused ? (slice){ in->tail, in->tail_n }
				 : slice_skip(buf_slice(&in->text), in->line_start);
	struct literal l;
	size_t at;

	if (!in->refused && s->names.utf8 && !utf8_valid(line))
		refuse(s, &refused_syntax);
	if (find_literal(line, &l, &at))
		begin_literal(s, &l);
	else if (in->refused)
		answer_refused(s);
	else
		command_run(s);
}

/* A line within a command: what it says, or NULL in p when it was too long. */
static void inner_line_done(struct imap *s)
{
	static void (*const readers[])(struct imap *, slice) = {
		[READ_AUTHENTICATE] = authenticate_line,
		[READ_IDLE] = idle_line,
	};
	enum input_reader reader = s->input.reader;
	struct input was = s->input;
	slice line = buf_slice(&was.text);

	if (was.refused) line = (slice){ NULL, 0 };
	buf_init(&s->input.text, IMAP_COMMAND_MAX);
	input_restart(&s->input);
	readers[reader](s, line);
	buf_wipe(&was.text);
}

static void line_done(struct imap *s)
{
	struct input *in = &s->input;

	if (in->refused && in->tail_n && in->tail[in->tail_n - 1] == '\r') in->tail_n--;
	if (!in->refused && in->text.n > in->line_start &&
	    slice_ends_nocase(buf_slice(&in->text), S("\r")))
		buf_truncate(&in->text, in->text.n - 1);
	if (in->reader == READ_COMMAND)
		command_line_done(s);
	else
		inner_line_done(s);
}

/* How much more of the line may be gathered. */
static size_t line_room(const struct imap *s)
{
	const struct input *in = &s->input;
	size_t line = IMAP_LINE_MAX - (in->text.n - in->literal_octets);
	size_t all = text_max(s) - in->text.n;

	return line < all ? line : all;
}

/* Wherever the network cuts, the same octets are gathered before a refusal. */
static void add_to_line(struct imap *s, slice piece)
{
	struct input *in = &s->input;

	if (!in->refused) {
		size_t room = line_room(s);

		buf_add(&in->text, slice_head(piece, room));
		if (piece.n <= room) return;
		refuse(s, &refused_too_long);
		if (in->reader == READ_COMMAND) answer_once(s);
		piece = slice_skip(piece, room);
	}
	keep_tail(in, piece);
	in->skipped += piece.n;
	if (in->skipped > LINES_SKIP_MAX) session_bye(s, S("line too long"));
}

/* A line ends with CRLF; LF alone will do, for people who type at netcat. */
static size_t take_line_piece(struct imap *s, slice bytes)
{
	size_t n = slice_find_char(bytes, '\n');

	add_to_line(s, slice_head(bytes, n));
	if (n == bytes.n || s->state == STATE_CLOSING) return n;
	line_done(s);
	return n + 1;
}

size_t input_take(struct imap *s, slice bytes)
{
	struct input *in = &s->input;
	slice piece = bytes;

	if (in->mode == INPUT_LINE) return take_line_piece(s, bytes);
	if (piece.n > in->literal_left) piece.n = (size_t)in->literal_left;
	if (in->mode == INPUT_LITERAL) buf_add(&in->text, piece);
	if (in->mode == INPUT_MESSAGE) append_octets(s, piece);
	in->literal_left -= piece.n;
	if (!in->literal_left) in->mode = INPUT_LINE;
	return piece.n;
}
