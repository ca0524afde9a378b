#include "imap/append_list.h"

#include "imap/flags.h"
#include "imap/lexer.h"

/* One piece on its way through the grammar. The list is a copy: what is linked behind
 * the end of the original counts only once that ends there too. */
struct reader {
	slice in;
	struct append_list list;
	struct arena *arena;
};

/* Whether the text ends here, with the announcement of a literal. */
static bool is_at_literal(const struct reader *r)
{
	struct literal l;
	size_t at;

	return find_literal(r->in, &l, &at) && at == 0;
}

static enum append_step go_on_at(struct reader *r, enum append_stage stage)
{
	r->list.stage = stage;
	return APPEND_GOES_ON;
}

/* seq-number or uniqueid: one message (RFC 9051 9). */
static bool is_number(slice word)
{
	size_t n = 0;

	while (n < word.n && is_digit(word.p[n]))
		n++;
	return n == word.n || slice_eq(word, S("*"));
}

static enum append_step take_start(struct reader *r)
{
	slice number;

	if (!r->list.is_replacing) return go_on_at(r, APPEND_AT_MAILBOX);
	if (!take_space(&r->in) || !take_word(&r->in, &number) || !is_number(number) ||
	    !arena_copy(r->arena, number, &r->list.number))
		return APPEND_BAD;
	return go_on_at(r, APPEND_AT_MAILBOX);
}

static enum append_step take_mailbox(struct reader *r)
{
	slice name;

	if (!take_space(&r->in)) return APPEND_BAD;
	if (is_at_literal(r)) return APPEND_STRING;
	if (!take_astring(&r->in, r->arena, &name) ||
	    !arena_copy(r->arena, name, &r->list.mailbox))
		return APPEND_BAD;
	return go_on_at(r, APPEND_AT_MESSAGE);
}

static bool keep_flags(const struct flag_list *flags, struct append_message *m,
		       struct arena *arena)
{
	slice *kept = arena_alloc_array(arena, flags->keyword_count, sizeof(*kept));

	if (!kept) return false;
	for (uint32_t i = 0; i < flags->keyword_count; i++)
		if (!arena_copy(arena, flags->keywords[i], &kept[i])) return false;
	m->system = flags->system;
	m->keywords = kept;
	m->keyword_count = flags->keyword_count;
	return true;
}

/* [flags SP] [date-time SP] */
static bool take_options(struct reader *r, struct append_message *m)
{
	struct flag_list flags;

	if (slice_starts(r->in, S("(")) &&
	    (!take_flag_list(&r->in, false, &flags) || !take_space(&r->in) ||
	     !keep_flags(&flags, m, r->arena)))
		return false;
	m->has_received = take_date_time(&r->in, &m->received);
	return !m->has_received || take_space(&r->in);
}

static void link_message(struct append_list *l, struct append_message *m)
{
	if (l->last)
		l->last->next = m;
	else
		l->messages = m;
	l->last = m;
	l->part_end = &m->parts;
	l->count++;
}

/* A literal as it is, or "UTF8" SP "(" literal8 ")" (RFC 6855 4). */
static enum append_step take_data(struct reader *r, enum append_stage behind)
{
	bool is_utf8 = take_literal_nocase(&r->in, S("UTF8 ("));

	if (!is_at_literal(r)) return APPEND_BAD;
	if (is_utf8 && !slice_starts(r->in, S("~"))) return APPEND_BAD;
	r->list.stage = is_utf8 ? APPEND_BEHIND_UTF8 : behind;
	r->list.behind_data = behind;
	r->list.last->is_utf8 |= is_utf8;
	return APPEND_DATA;
}

static enum append_step behind_utf8(struct reader *r)
{
	return take_char(&r->in, ')') ? go_on_at(r, r->list.behind_data) : APPEND_BAD;
}

static enum append_step take_message(struct reader *r)
{
	struct append_message *m;

	if (!r->in.n) return r->list.count ? APPEND_END : APPEND_BAD;
	if (r->list.count && r->list.is_replacing) return APPEND_BAD;
	if (r->list.count == r->list.count_max) return APPEND_TOO_MANY;
	m = arena_alloc(r->arena, sizeof(*m));
	if (!m) return APPEND_TOO_MUCH;
	if (!take_space(&r->in) || !take_options(r, m)) return APPEND_BAD;
	link_message(&r->list, m);
	if (take_literal_nocase(&r->in, S("CATENATE (")))
		return go_on_at(r, APPEND_AT_PART);
	return take_data(r, APPEND_AT_MESSAGE);
}

/* --- CATENATE (RFC 4469 5) --- */

static struct append_part *add_part(struct append_list *l, struct arena *arena)
{
	struct append_part *p = NULL;

	if (l->part_count < APPEND_PARTS_MAX) p = arena_alloc(arena, sizeof(*p));
	if (!p) return NULL;
	*l->part_end = p;
	l->part_end = &p->next;
	l->part_count++;
	return p;
}

static enum append_step take_url(struct reader *r)
{
	struct append_part *p;
	slice url;

	if (is_at_literal(r)) return APPEND_STRING;
	if (!take_astring(&r->in, r->arena, &url) || !url.n) return APPEND_BAD;
	if (r->list.url_count++ == APPEND_URLS_MAX) return APPEND_TOO_MUCH;
	p = add_part(&r->list, r->arena);
	if (!p || !arena_copy(r->arena, url, &p->url)) return APPEND_TOO_MUCH;
	r->list.last->has_url = true;
	return go_on_at(r, APPEND_BEHIND_PART);
}

static enum append_step take_part(struct reader *r)
{
	if (take_literal_nocase(&r->in, S("URL "))) return take_url(r);
	if (!take_literal_nocase(&r->in, S("TEXT ")) &&
	    !slice_starts_nocase(r->in, S("UTF8 (")))
		return APPEND_BAD;
	return take_data(r, APPEND_BEHIND_PART);
}

static enum append_step behind_part(struct reader *r)
{
	if (take_char(&r->in, ')')) return go_on_at(r, APPEND_AT_MESSAGE);
	return take_space(&r->in) ? go_on_at(r, APPEND_AT_PART) : APPEND_BAD;
}

/* --- pieces --- */

enum append_step append_list_take(struct append_list *l, slice text, struct arena *arena)
{
	static enum append_step (*const stages[])(struct reader *) = {
		[APPEND_AT_START] = take_start,     [APPEND_AT_MAILBOX] = take_mailbox,
		[APPEND_AT_MESSAGE] = take_message, [APPEND_AT_PART] = take_part,
		[APPEND_BEHIND_PART] = behind_part, [APPEND_BEHIND_UTF8] = behind_utf8,
	};
	struct reader r = { text, *l, arena };
	enum append_step step;

	do {
		step = stages[r.list.stage](&r);
	} while (step == APPEND_GOES_ON);
	if (step == APPEND_DATA || step == APPEND_END) *l = r.list;
	return step;
}

bool append_list_expect(struct append_list *l, uint64_t start,
			const struct literal *literal, struct arena *arena)
{
	struct append_part *p = add_part(l, arena);

	if (!p) return false;
	p->start = start;
	p->size = literal->size;
	l->last->size += literal->size;
	l->last->is_binary |= literal->is_binary;
	return true;
}
