#include "pop3/surrogate.h"

#include "base/utf8.h"
#include "message/address.h"
#include "message/encoded_word.h"
#include "message/header_text.h"
#include "message/mime.h"

enum { FIELD_MAX = 512 * 1024 }; /* octets of one changed field */

#define NOBODY_LOCAL S("invalid")
#define NOBODY_DOMAIN S("internationalized-address.invalid")

struct rewriting {
	struct arena *arena;
	slice value;
	struct buf *out; /* the field's new value; must be ASCII */
};

static void rewrite_text(struct rewriting *r)
{
	struct buf text;

	buf_init(&text, FIELD_MAX);
	encoded_word_decode(r->value, &text);
	buf_add_char(r->out, ' ');
	encoded_word_encode(slice_trim(buf_slice(&text)), r->out);
	buf_done(&text);
}

/* The text in ASCII, made of encoded words where it has to be. */
static slice encode(struct rewriting *r, slice text)
{
	struct buf utf8, ascii;
	slice kept = S("");

	buf_init(&utf8, FIELD_MAX);
	buf_init(&ascii, FIELD_MAX);
	encoded_word_decode(text, &utf8);
	encoded_word_encode(buf_slice(&utf8), &ascii);
	if (!arena_copy(r->arena, buf_slice(&ascii), &kept)) kept = S("");
	buf_done(&utf8);
	buf_done(&ascii);
	return kept;
}

static bool is_foreign(const struct address *a)
{
	return !is_ascii(a->local) || !is_ascii(a->domain);
}

/* RFC 6858 2.1: the name tells whose address it is. */
static struct address surrogate_address(struct rewriting *r, const struct address *from)
{
	struct address a = *from;
	struct buf whose;

	a.route = S("");
	if (is_foreign(from)) {
		buf_init(&whose, FIELD_MAX);
		addr_spec_write(from->local, from->domain, &whose);
		a.name = encode(r, buf_slice(&whose));
		a.has_name = true;
		a.local = NOBODY_LOCAL;
		a.domain = NOBODY_DOMAIN;
		buf_done(&whose);
	} else if (!is_ascii(from->name)) {
		a.name = encode(r, from->name);
	}
	return a;
}

static void rewrite_addresses(struct rewriting *r)
{
	const struct address *list;
	struct address *ours;
	uint32_t count;

	if (!address_list_parse(r->value, r->arena, &list, &count)) return;
	ours = arena_alloc_array(r->arena, count, sizeof(*ours));
	if (!ours) return;
	for (uint32_t i = 0; i < count; i++)
		ours[i] = surrogate_address(r, &list[i]);
	buf_add_char(r->out, ' ');
	address_list_write(ours, count, r->out);
}

/* Up to the next ";" that no quoted string holds. */
static slice take_parameter(slice *in)
{
	slice start = *in, inside;

	while (in->n && in->p[0] != ';')
		if (!take_quoted(in, &inside)) *in = slice_skip(*in, 1);
	start = slice_head(start, start.n - in->n);
	*in = slice_skip(*in, 1);
	return start;
}

/* RFC 6858 2.2: parameters that are not ASCII go. */
static void rewrite_parameters(struct rewriting *r)
{
	bool is_first = true;

	while (r->value.n) {
		slice parameter = take_parameter(&r->value);

		if (!is_ascii(parameter)) continue;
		if (!is_first) buf_add_char(r->out, ';');
		buf_add(r->out, parameter);
		is_first = false;
	}
}

/* clang-format off */
static const struct {
	slice name;
	void (*rewrite)(struct rewriting *);
} rewritten[] = {
	{ SLICE_INIT("Bcc"),                 rewrite_addresses },
	{ SLICE_INIT("Cc"),                  rewrite_addresses },
	{ SLICE_INIT("From"),                rewrite_addresses },
	{ SLICE_INIT("Reply-To"),            rewrite_addresses },
	{ SLICE_INIT("Resent-Bcc"),          rewrite_addresses },
	{ SLICE_INIT("Resent-Cc"),           rewrite_addresses },
	{ SLICE_INIT("Resent-From"),         rewrite_addresses },
	{ SLICE_INIT("Resent-Sender"),       rewrite_addresses },
	{ SLICE_INIT("Resent-To"),           rewrite_addresses },
	{ SLICE_INIT("Return-Path"),         rewrite_addresses },
	{ SLICE_INIT("Sender"),              rewrite_addresses },
	{ SLICE_INIT("To"),                  rewrite_addresses },
	{ SLICE_INIT("Subject"),             rewrite_text },
	{ SLICE_INIT("Comments"),            rewrite_text },
	{ SLICE_INIT("Content-Description"), rewrite_text },
	{ SLICE_INIT("Content-Type"),        rewrite_parameters },
	{ SLICE_INIT("Content-Disposition"), rewrite_parameters },
};
/* clang-format on */

static void rewrite_field(struct rewriting *r, slice name)
{
	for (size_t i = 0; i < countof(rewritten); i++)
		if (slice_eq_nocase(rewritten[i].name, name)) rewritten[i].rewrite(r);
}

static void add_field(const struct header_field *f, slice header, struct arena *arena,
		      struct buf *out)
{
	slice whole = slice_skip(slice_head(header, f->end), f->start);
	struct rewriting r = { .arena = arena, .value = f->value };
	struct buf field, value;

	if (is_ascii(whole)) {
		buf_add(out, whole);
		return;
	}
	buf_init(&value, FIELD_MAX);
	buf_init(&field, FIELD_MAX);
	r.out = &value;
	rewrite_field(&r, f->name);
	if (value.n && !value.overflow && is_ascii(buf_slice(&value)) &&
	    buf_addf(&field, "%.*s:", FMT(f->name)) && buf_move(&field, &value) &&
	    buf_add(&field, S("\r\n")))
		buf_add(out, buf_slice(&field));
	buf_done(&field);
	buf_done(&value);
}

/* What lies between fields, the empty line at the end above all. */
static void add_lines(slice lines, struct buf *out)
{
	while (lines.n) {
		size_t n = slice_find_char(lines, '\n');
		slice line = slice_head(lines, n < lines.n ? n + 1 : n);

		if (is_ascii(line)) buf_add(out, line);
		lines = slice_skip(lines, line.n);
	}
}

size_t surrogate_header(slice header, struct buf *out)
{
	struct arena arena;
	const struct mime_part *root;
	uint64_t at = 0;

	arena_init(&arena, MIME_ARENA_MAX);
	root = &mime_parse(&arena, header)->parts[0];
	header = slice_head(header, root->body_start);
	for (uint32_t i = 0; i < root->field_count; i++) {
		const struct header_field *f = &root->fields[i];

		add_lines(slice_skip(slice_head(header, f->start), at), out);
		add_field(f, header, &arena, out);
		at = f->end;
	}
	add_lines(slice_skip(header, at), out);
	arena_done(&arena);
	return header.n;
}
