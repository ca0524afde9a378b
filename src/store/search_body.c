#include "base/container.h"
#include "store/search_private.h"
#include "store/text_walk.h"

enum err candidate_read_header(struct candidate *m)
{
	enum err e = body_open(m->account, m->message->email, &m->body);

	if (e) return e;
	arena_init(&m->arena, TEXT_PARTS_ARENA_MAX);
	buf_init(&m->header, MIME_HEADER_MAX);
	e = body_parts(m->body, &m->arena, &m->parts);
	if (!e) e = text_read_section(m->body, &m->parts.parts[0], &m->header);
	if (!e) m->stage = STAGE_HEADER;
	return e;
}

void candidate_done(struct candidate *m)
{
	if (!m->body) return;
	body_close(m->body);
	arena_done(&m->arena);
	buf_done(&m->header);
}

/* --- text --- */

struct matching {
	struct text_sink sink;
	struct candidate *m;
	struct condition *c;
	bool decided;
};

static void begin_text(struct text_sink *s, bool header)
{
	text_matcher_begin(&CONTAINER_OF(s, struct matching, sink)->c->matcher, header);
}

/* After needles were found: is that enough? */
static bool wants_more(struct matching *k, bool any)
{
	if (any) k->decided = condition_truth(k->c, k->m) != TRUTH_UNKNOWN;
	return !k->decided;
}

static bool feed_text(struct text_sink *s, slice utf8)
{
	struct matching *k = CONTAINER_OF(s, struct matching, sink);

	return wants_more(k, text_matcher_feed(&k->c->matcher, utf8));
}

static bool end_text(struct text_sink *s)
{
	struct matching *k = CONTAINER_OF(s, struct matching, sink);

	return wants_more(k, text_matcher_end(&k->c->matcher));
}

enum err candidate_read_text(struct candidate *m, struct condition *c)
{
	struct matching k = { { begin_text, feed_text, end_text }, m, c, false };
	enum err e;

	m->stage = STAGE_TEXT;
	e = text_walk(m->body, &m->parts, &k.sink);
	if (!e) m->stage = STAGE_DONE;
	return e;
}
