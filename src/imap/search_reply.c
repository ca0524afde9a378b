#include "imap/search_reply.h"

#include "imap/fetch_items.h"
#include "imap/lexer.h"

enum { ATTRIBUTES_MAX = 1024 * 1024 }; /* octets for reading those of UPDATE */

static const struct {
	slice name;
	unsigned option;
} names[] = {
	{ SLICE_INIT("MIN"), RETURN_MIN },
	{ SLICE_INIT("MAX"), RETURN_MAX },
	{ SLICE_INIT("ALL"), RETURN_ALL },
	{ SLICE_INIT("COUNT"), RETURN_COUNT },
	{ SLICE_INIT("SAVE"), RETURN_SAVE },
	{ SLICE_INIT("PARTIAL"), RETURN_PARTIAL },
	{ SLICE_INIT("UPDATE"), RETURN_UPDATE },
	{ SLICE_INIT("CONTEXT"), RETURN_CONTEXT },
	{ SLICE_INIT("RELEVANCY"), RETURN_RELEVANCY },
};

/* --- parsing --- */

static bool take_place(slice *in, bool from_end, uint32_t *ret)
{
	return (!from_end || take_char(in, '-')) && take_u32(in, ret) && *ret;
}

bool take_partial_range(slice *in, struct partial_range *ret)
{
	slice s = *in;
	struct partial_range p = { .from_end = slice_starts(s, S("-")) };

	if (!take_place(&s, p.from_end, &p.first) || !take_char(&s, ':') ||
	    !take_place(&s, p.from_end, &p.last))
		return false;
	*in = s;
	*ret = p;
	return true;
}

struct interval partial_positions(const struct partial_range *p, uint32_t count)
{
	uint32_t low = p->first < p->last ? p->first : p->last;
	uint32_t high = p->first < p->last ? p->last : p->first;

	if (low > count) return (struct interval){ 0, 0 };
	if (high > count) high = count;
	if (!p->from_end) return (struct interval){ low, high };
	return (struct interval){ count + 1 - high, count + 1 - low };
}

/* [SP] "(" fetch-att *(SP fetch-att) ")", behind UPDATE: the grammar has no space, the
 * example has (RFC 5465 7, 8). */
static bool take_attributes(slice *in, struct search_return *r)
{
	struct fetch_items items;
	struct arena arena;
	slice s = *in, text;
	bool is_good;

	(void)take_space(&s);
	if (!slice_starts(s, S("("))) return true;
	text = s;
	arena_init(&arena, ATTRIBUTES_MAX);
	is_good = take_fetch_items(&s, &arena, &items);
	arena_done(&arena);
	if (!is_good) return false;
	r->attributes = slice_head(text, text.n - s.n);
	*in = s;
	return true;
}

static bool take_option(slice *in, struct search_return *r)
{
	slice name;

	if (!take_atom(in, &name)) return false;
	for (size_t i = 0; i < countof(names); i++) {
		if (!slice_eq_nocase(names[i].name, name)) continue;
		if (names[i].option == RETURN_PARTIAL &&
		    (r->options & RETURN_PARTIAL || !take_space(in) ||
		     !take_partial_range(in, &r->partial)))
			return false;
		r->options |= names[i].option;
		return names[i].option != RETURN_UPDATE || take_attributes(in, r);
	}
	return false;
}

/* One of PARTIAL and ALL at most (RFC 9394 3.1). */
static bool take_options(slice *in, struct search_return *r)
{
	if (take_char(in, ')')) {
		r->options = RETURN_ALL;
		return true;
	}
	do {
		if (!take_option(in, r)) return false;
	} while (take_space(in));
	return take_char(in, ')') &&
	       !(r->options & RETURN_ALL && r->options & RETURN_PARTIAL);
}

bool take_search_return(slice *in, struct search_return *ret)
{
	slice s = *in;
	struct search_return r = { 0 };

	r.is_extended = take_space(&s) && take_keyword(&s, S("RETURN"));
	if (r.is_extended) {
		if (!take_literal(&s, S(" (")) || !take_options(&s, &r)) return false;
		*in = s;
	}
	*ret = r;
	return true;
}

void search_return_extend(struct search_return *r)
{
	if (!r->is_extended) r->options = RETURN_ALL;
	r->is_extended = true;
}

/* --- what was found --- */

uint32_t found_count(const struct found *f)
{
	return f->list ? f->count : interval_set_count(f->set);
}

uint32_t found_at(const struct found *f, uint32_t position)
{
	return f->list ? f->list[position - 1] : interval_set_select(f->set, position);
}

/* Numbers that follow each other from a position on, as far as the other. */
static struct interval next_run(const struct found *f, uint32_t position, uint32_t last)
{
	struct interval run = { found_at(f, position), 0 }, rest;
	uint64_t cursor = run.first;

	run.last = run.first;
	if (!f->list && interval_set_next(f->set, &cursor, &rest)) {
		run.last = rest.last;
		if (run.last - run.first > last - position)
			run.last = run.first + (last - position);
	}
	while (f->list && position < last && f->list[position] == run.last + 1) {
		run.last++;
		position++;
	}
	return run;
}

static void save_positions(const struct found *f, struct interval positions,
			   struct interval_set *saved)
{
	uint32_t position = positions.first;

	while (position && position <= positions.last) {
		struct interval run = next_run(f, position, positions.last);

		interval_set_add_range(saved, run.first, run.last);
		position += run.last - run.first + 1;
	}
}

bool search_return_is_whole(const struct search_return *ret)
{
	return !(ret->options & (RETURN_MIN | RETURN_MAX | RETURN_PARTIAL)) ||
	       ret->options & (RETURN_ALL | RETURN_COUNT);
}

void search_return_save(const struct search_return *ret, const struct found *f,
			struct interval_set *saved)
{
	uint32_t count = found_count(f);

	if (!count) return;
	if (search_return_is_whole(ret))
		save_positions(f, (struct interval){ 1, count }, saved);
	if (ret->options & RETURN_MIN) interval_set_add(saved, found_at(f, 1));
	if (ret->options & RETURN_MAX) interval_set_add(saved, found_at(f, count));
	if (ret->options & RETURN_PARTIAL)
		save_positions(f, partial_positions(&ret->partial, count), saved);
}

/* --- the response --- */

static void write_partial_range(const struct partial_range *p, struct buf *out)
{
	const char *sign = p->from_end ? "-" : "";

	buf_addf(out, " PARTIAL (%s%u:%s%u ", sign, p->first, sign, p->last);
}

static void begin_extended(struct search_reply *r, struct buf *out)
{
	const struct search_return *ret = r->ret;
	uint32_t count = found_count(&r->found);
	struct interval listed = { 0, 0 };

	buf_addf(out, "* ESEARCH (TAG \"%.*s\"%.*s)%s", FMT(r->tag), FMT(r->correlators),
		 r->by_uid ? " UID" : "");
	if (ret->options & RETURN_MIN && count)
		buf_addf(out, " MIN %u", found_at(&r->found, 1));
	if (ret->options & RETURN_MAX && count)
		buf_addf(out, " MAX %u", found_at(&r->found, count));
	if (ret->options & RETURN_COUNT) buf_addf(out, " COUNT %u", count);
	if (ret->options & RETURN_ALL && count) {
		buf_add(out, S(" ALL "));
		listed = (struct interval){ 1, count };
	}
	if (ret->options & RETURN_PARTIAL) {
		write_partial_range(&ret->partial, out);
		listed = partial_positions(&ret->partial, count);
		if (!listed.first) buf_add(out, S("NIL"));
	}
	r->position = listed.first;
	r->last = listed.last;
	r->scored = ret->options & (RETURN_ALL | RETURN_PARTIAL)
			    ? listed
			    : (struct interval){ count > 0, count };
}

static void begin(struct search_reply *r, struct buf *out)
{
	if (r->ret->is_extended) {
		begin_extended(r, out);
		return;
	}
	buf_addf(out, "* %.*s", FMT(r->command));
	r->last = found_count(&r->found);
	r->position = r->last ? 1 : 0;
}

/* The part of a set that begins at the position. */
static void write_run(struct search_reply *r, struct interval run, struct buf *out)
{
	buf_addf(out, "%u", run.first);
	if (run.last > run.first) buf_addf(out, ":%u", run.last);
	r->position += run.last - run.first + 1;
	if (r->position <= r->last) buf_add_char(out, ',');
}

static void write_numbers(struct search_reply *r, struct interval run, struct buf *out,
			  size_t octets)
{
	for (uint64_t n = run.first; n <= run.last && out->n < octets; n++) {
		buf_add_char(out, ' ');
		buf_add_u64(out, n);
		r->position++;
	}
}

/* Of those listed, or else of all. */
static bool write_scores(struct search_reply *r, struct buf *out, size_t octets)
{
	while (r->scored.first && r->scored.first <= r->scored.last) {
		if (out->n >= octets) return false;
		buf_addf(out, "%u",
			 (unsigned char)r->found.scores.p[r->scored.first - 1]);
		if (++r->scored.first <= r->scored.last) buf_add_char(out, ' ');
	}
	buf_add_char(out, ')');
	return true;
}

static void end_listing(struct search_reply *r, struct buf *out)
{
	r->is_listed = true;
	if (r->ret->options & RETURN_PARTIAL) buf_add_char(out, ')');
	if (r->ret->options & RETURN_RELEVANCY) buf_add(out, S(" RELEVANCY ("));
}

static void end(const struct search_reply *r, struct buf *out)
{
	if (r->modseq)
		buf_addf(out, r->ret->is_extended ? " MODSEQ %ju" : " (MODSEQ %ju)",
			 (uintmax_t)r->modseq);
	buf_add(out, S("\r\n"));
}

static bool write_listing(struct search_reply *r, struct buf *out, size_t octets)
{
	while (r->position && r->position <= r->last) {
		struct interval run = next_run(&r->found, r->position, r->last);

		if (out->n >= octets) return false;
		if (r->ret->is_extended)
			write_run(r, run, out);
		else
			write_numbers(r, run, out, octets);
	}
	return true;
}

bool search_reply_write(struct search_reply *r, struct buf *out, size_t octets)
{
	if (!r->is_begun) begin(r, out);
	r->is_begun = true;
	if (!write_listing(r, out, octets)) return false;
	if (!r->is_listed) end_listing(r, out);
	if (r->ret->options & RETURN_RELEVANCY && !write_scores(r, out, octets))
		return false;
	end(r, out);
	return true;
}
