/*
 * The list is read item by item; an item is what stands before one of , ; : < or the end.
 * What it is shows at its delimiter, and then its tokens are read once more.
 */
#include "message/address.h"

#include <assert.h>
#include <stdlib.h>

#include "message/address_token.h"
#include "message/header_text.h"

struct parser {
	struct address_reader in;
	struct arena *arena;
	struct buf scratch; /* a text while it is put together */
	struct address *list;
	uint32_t count, capacity;
	bool in_group;
	bool after_angle; /* text behind "<a@b>" without a comma is no address */
	bool full;        /* the arena is */
};

struct item {
	struct address_reader words;
	slice comment; /* the last one in it */
	bool has_at, has_words;
	char delimiter;
};

static void cut(struct address_reader *r, const char *end)
{
	r->in.n = (size_t)(end - r->in.p);
}

static void add(struct parser *p, struct address a)
{
	if (p->count == p->capacity) {
		p->capacity = p->capacity ? 2 * p->capacity : 8;
		p->list = realloc(p->list, p->capacity * sizeof(*p->list));
		assert(p->list); /* at most ADDRESSES_MAX */
	}
	p->list[p->count++] = a;
}

/*
 * Texts
 */

/* Adds the inside of a quoted string or an atom, without backslashes and line ends. */
static void add_unquoted(struct buf *out, slice s)
{
	while (s.n) {
		size_t length = s.p[0] == '\\' && s.n > 1 ? 2 : 1;
		char c = s.p[length - 1];

		if (c != '\r' && c != '\n') buf_add_char(out, c);
		s = slice_skip(s, length);
	}
}

static slice finish_text(struct parser *p)
{
	slice text = { "", 0 };

	if (!arena_copy(p->arena, buf_slice(&p->scratch), &text)) p->full = true;
	buf_reset(&p->scratch);
	return text;
}

static bool joins(char kind)
{
	return kind == '.' || kind == '@';
}

/* The words with one space between those that were apart. In an address (not in a
 * phrase) "." and "@" join what is around them (RFC 5322 4.4). */
static slice text_of(struct parser *p, struct address_reader words, bool phrase)
{
	struct address_token t;
	char before = TOKEN_END; /* kind of the word before */
	bool apart = false;

	while ((t = address_token_next(&words)).kind) {
		if (t.kind == TOKEN_SPACE) {
			apart = before != TOKEN_END;
			continue;
		}
		if (apart && (phrase || (!joins(before) && !joins(t.kind))))
			buf_add_char(&p->scratch, ' ');
		add_unquoted(&p->scratch, t.text);
		before = t.kind;
		apart = false;
	}
	return finish_text(p);
}

static slice comment_text(struct parser *p, slice comment)
{
	add_unquoted(&p->scratch, slice_trim(comment));
	return finish_text(p);
}

/* A domain literal keeps its backslashes; folding goes. */
static void add_literal(struct buf *out, slice s)
{
	while (s.n) {
		size_t length = s.p[0] == '\\' && s.n > 1 ? 2 : 1;

		if (!is_header_space(s.p[length - 1]))
			buf_add(out, slice_head(s, length));
		s = slice_skip(s, length);
	}
}

static bool is_domain_atom(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_atext(s.p[i])) return false;
	return true;
}

/* A domain ends before the first token that cannot be in one. */
static slice domain_of(struct parser *p, struct address_reader words)
{
	struct address_token t;

	while ((t = address_token_next(&words)).kind) {
		if (t.kind == TOKEN_LITERAL)
			add_literal(&p->scratch, t.text);
		else if (t.kind == '.' ||
			 (t.kind == TOKEN_ATOM && is_domain_atom(t.text)))
			buf_add(&p->scratch, t.text);
		else if (t.kind != TOKEN_SPACE)
			break;
	}
	return finish_text(p);
}

/*
 * Addresses
 */

/* Splits words at the last "@". */
static void read_addr_spec(struct parser *p, struct address_reader words,
			   struct address *a)
{
	struct address_reader r = words, domain = { 0 };
	const char *before = r.in.p, *at = NULL;

	for (char kind; (kind = address_token_next(&r).kind); before = r.in.p) {
		if (kind != '@') continue;
		at = before;
		domain = r;
	}
	if (at) {
		cut(&words, at);
		a->domain = domain_of(p, domain);
	}
	a->local = text_of(p, words, false);
}

/* The kind of the first word, TOKEN_END when there is none. */
static char first_word(struct address_reader r)
{
	char kind = address_token_next(&r).kind;

	return kind == TOKEN_SPACE ? address_token_next(&r).kind : kind;
}

static bool is_one_quoted(struct address_reader r)
{
	struct address_token t = address_token_next(&r);

	if (t.kind == TOKEN_SPACE) t = address_token_next(&r);
	return t.kind == TOKEN_QUOTED && first_word(r) == TOKEN_END;
}

/* The name is the phrase; where there is none, a comment: jo@a.test (Jo). */
static void read_name(struct parser *p, struct address_reader phrase, slice comment,
		      struct address *a)
{
	a->has_name = first_word(phrase) != TOKEN_END;
	if (a->has_name) {
		a->name = text_of(p, phrase, true);
		a->is_quoted = is_one_quoted(phrase);
		return;
	}
	a->name = comment_text(p, comment);
	a->has_name = a->name.n > 0;
}

/* The next stretch of words that hang together: by no space between them, or by "." or
 * "@". False at the end. */
static bool take_run(struct address_reader *r, struct address_reader *ret, bool *ret_at)
{
	struct address_reader before = *r, after;
	struct address_token t = address_token_next(r);
	char last;

	if (t.kind == TOKEN_SPACE) {
		before = *r;
		t = address_token_next(r);
	}
	if (t.kind == TOKEN_END) return false;
	*ret = before;
	*ret_at = false;
	do {
		*ret_at |= t.kind == '@';
		last = t.kind;
		after = *r;
		t = address_token_next(r);
		if (t.kind != TOKEN_SPACE) continue;
		t = address_token_next(r);
		if (!joins(last) && !joins(t.kind)) break;
	} while (t.kind != TOKEN_END);
	cut(ret, after.in.p);
	*r = after;
	return true;
}

/* An item without brackets: addresses, with names before them and what else is stray
 * dropped. No address at all makes it a local part, unless it is stray itself. */
static void add_plain(struct parser *p, const struct item *item)
{
	struct address_reader rest = item->words, name = rest, run;
	bool found = false, at;

	while (item->has_at && p->count < ADDRESSES_MAX - 1 &&
	       take_run(&rest, &run, &at)) {
		struct address a = { .kind = ADDRESS_MAILBOX };

		if (!at) continue;
		cut(&name, run.in.p);
		read_addr_spec(p, run, &a);
		read_name(p, name, item->comment, &a);
		name = rest;
		if (!a.local.n && !a.domain.n) continue;
		add(p, a);
		found = true;
	}
	if (!found && item->has_words && !item->has_at && !p->after_angle) {
		struct address a = { .local = text_of(p, item->words, true) };

		read_name(p, (struct address_reader){ 0 }, item->comment, &a);
		if (a.local.n) add(p, a);
	}
}

/* Advances to the first token of a kind in stops, or "<", or the end, which is not taken,
 * and tells its kind. */
static char find_token(struct address_reader *r, slice stops)
{
	struct address_reader before;
	char kind;

	do {
		before = *r;
		kind = address_token_next(r).kind;
	} while (kind && kind != '<' && slice_find_char(stops, kind) == stops.n);
	*r = before;
	return kind;
}

/* What is inside "<...>", the "<" being taken. Without a ">" before the next "<" it ends
 * like an item. */
static struct address_reader take_angle(struct address_reader *r)
{
	struct address_reader inside = *r, end = *r;
	bool closed = find_token(&end, S(">")) == '>';

	if (!closed) {
		end = *r;
		find_token(&end, S(",;"));
	}
	cut(&inside, end.in.p);
	*r = end;
	if (closed) address_token_next(r);
	return inside;
}

static bool belongs_to_route(struct address_token t)
{
	if (t.kind == TOKEN_ATOM) return is_domain_atom(t.text);
	return joins(t.kind) || t.kind == ',' || t.kind == TOKEN_LITERAL ||
	       t.kind == TOKEN_SPACE;
}

/* obs-route: "@a,@b:" (RFC 5322 4.4). Anything else is left alone. */
static slice take_route(struct parser *p, struct address_reader *r)
{
	struct address_reader s = *r;
	struct address_token t;

	if (first_word(s) != '@') return (slice){ "", 0 };
	while (t = address_token_next(&s), belongs_to_route(t)) {
		if (t.kind == TOKEN_LITERAL)
			add_literal(&p->scratch, t.text);
		else if (t.kind != TOKEN_SPACE)
			buf_add(&p->scratch, t.text);
	}
	if (t.kind != ':' || slice_find(buf_slice(&p->scratch), S("=?")) < p->scratch.n) {
		buf_reset(&p->scratch);
		return (slice){ "", 0 };
	}
	*r = s;
	return finish_text(p);
}

static void add_angle(struct parser *p, const struct item *item)
{
	struct address a = { .kind = ADDRESS_MAILBOX };
	struct address_reader inside = take_angle(&p->in), look = p->in;
	struct address_token behind = address_token_next(&look);
	bool commented = behind.kind == TOKEN_SPACE && behind.text.n;

	a.route = take_route(p, &inside);
	read_addr_spec(p, inside, &a);
	read_name(p, item->words, commented ? behind.text : item->comment, &a);
	if (a.has_name || a.local.n || a.domain.n) add(p, a);
	p->after_angle = true;
}

/*
 * The list
 */

static bool ends_item(const struct item *item, char kind)
{
	/* A colon makes a group, but not in jo@host:25 and not without a name. */
	if (kind == ':') return item->has_words && !item->has_at;
	return kind == TOKEN_END || kind == ',' || kind == ';' || kind == '<';
}

static struct item take_item(struct address_reader *r)
{
	struct item item = { .words = *r };
	const char *end;

	for (;;) {
		end = r->in.p;

		struct address_token t = address_token_next(r);
		if (ends_item(&item, t.kind)) {
			item.delimiter = t.kind;
			cut(&item.words, end);
			return item;
		}
		if (t.kind == TOKEN_SPACE) {
			if (t.text.n) item.comment = t.text;
			continue;
		}
		item.has_words = true;
		item.has_at |= t.kind == '@';
	}
}

static void end_group(struct parser *p)
{
	if (p->in_group) add(p, (struct address){ .kind = ADDRESS_GROUP_END });
	p->in_group = false;
}

static void start_group(struct parser *p, const struct item *item)
{
	end_group(p);
	/* Two entries more must have room: the start and the end. */
	if (p->count >= ADDRESSES_MAX - 1) return;
	add(p, (struct address){ .kind = ADDRESS_GROUP_START,
				 .name = text_of(p, item->words, true),
				 .has_name = true,
				 .is_quoted = is_one_quoted(item->words) });
	p->in_group = true;
}

static void read_list(struct parser *p)
{
	struct item item;

	do {
		item = take_item(&p->in);
		if (item.delimiter == '<') {
			add_angle(p, &item);
			continue;
		}
		if (item.delimiter == ':')
			start_group(p, &item);
		else
			add_plain(p, &item);
		if (item.delimiter == ';') end_group(p);
		p->after_angle = false;
	} while (item.delimiter && p->count < ADDRESSES_MAX - 1 && !p->full);
	end_group(p);
}

bool address_list_parse(slice value, struct arena *arena, const struct address **ret,
			uint32_t *ret_count)
{
	struct parser p = { .in.in = value, .arena = arena };
	struct address *list;

	buf_init(&p.scratch, value.n + 1);
	read_list(&p);
	list = arena_alloc_array(arena, p.count, sizeof(*list));
	for (uint32_t i = 0; list && i < p.count; i++)
		list[i] = p.list[i];
	buf_done(&p.scratch);
	free(p.list);
	if (!list || p.full) return false;
	*ret = list;
	*ret_count = p.count;
	return true;
}
