/* COMPRESS (RFC 4978 3) */
#include "imap/commands.h"
#include "imap/compression.h"
#include "imap/session.h"

static bool parse_compress(struct task *, slice *in)
{
	return take_space(in) && take_keyword(in, S("DEFLATE"));
}

/* The answer is the last that is told in the clear. */
static void start_compress(struct task *t)
{
	struct imap *s = t->session;

	if (s->compression) {
		task_answer(t, ANSWER_BAD, S("COMPRESSIONACTIVE"),
			    S("DEFLATE is active already"));
		return;
	}
	task_answer(t, ANSWER_OK, S(""), S("DEFLATE active"));
	s->compression = compression_new(s);
}

const struct command_ops compress_ops = { .parse = parse_compress,
					  .start = start_compress };
