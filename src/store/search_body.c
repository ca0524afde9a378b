#include "base/container.h"
#include "store/search_fuzzy.h"
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

const struct field_values *candidate_fields(struct candidate *m)
{
	field_values_read(&m->fields, buf_slice(&m->header));
	return &m->fields;
}

void candidate_done(struct candidate *m)
{
	field_values_done(&m->kept);
	field_values_done(&m->fields);
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
	struct fuzzy_reader fuzzy;
	bool decided;
};

static void begin_text(struct text_sink *s, bool header)
{
	struct matching *k = CONTAINER_OF(s, struct matching, sink);

	text_matcher_begin(&k->c->matcher, header);
	k->fuzzy.header = header;
}

/* What holds may still have a score to be found. */
static bool is_decided(const struct matching *k)
{
	enum truth t = condition_truth(k->c, k->m);

	if (t != TRUTH_TRUE || !k->c->wants_scores) return t != TRUTH_UNKNOWN;
	return condition_score_stage(k->c, k->m) < STAGE_DONE;
}

/* After needles were found: is that enough? */
static bool wants_more(struct matching *k, bool any)
{
	if (any) k->decided = is_decided(k);
	return !k->decided;
}

static bool feed_text(struct text_sink *s, slice utf8)
{
	struct matching *k = CONTAINER_OF(s, struct matching, sink);
	bool any = fuzzy_reader_feed(&k->fuzzy, utf8);

	if (k->c->needle_count) any |= text_matcher_feed(&k->c->matcher, utf8);
	return wants_more(k, any);
}

static bool end_text(struct text_sink *s)
{
	struct matching *k = CONTAINER_OF(s, struct matching, sink);
	bool any = fuzzy_reader_end(&k->fuzzy);

	return wants_more(k, text_matcher_end(&k->c->matcher) || any);
}

enum err candidate_read_text(struct candidate *m, struct condition *c)
{
	struct matching k = { .sink = { begin_text, feed_text, end_text },
			      .m = m,
			      .c = c };
	enum err e;

	fuzzy_reader_init(&k.fuzzy, c);
	m->stage = STAGE_TEXT;
	e = text_walk(m->body, &m->parts, &k.sink);
	if (!e) m->stage = STAGE_DONE;
	fuzzy_reader_done(&k.fuzzy);
	return e;
}
