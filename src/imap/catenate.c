#include "imap/catenate.h"

#include "imap/imap_url.h"
#include "imap/section_text.h"

enum {
	ARENA_MAX = 8 * 1024 * 1024, /* octets: a map of MIME_PARTS_MAX parts, twice */
	CHUNK = 64 * 1024,
};

/* One URL's message, open. */
struct source {
	struct arena arena;
	struct imap_url url;
	struct body *body;
	struct part_map map;
	struct spans spans;
};

static void source_done(struct source *s)
{
	spans_done(&s->spans);
	body_close(s->body);
	arena_done(&s->arena);
}

/* RFC 5092 5: a mailbox of a URL is UTF-8, whatever the session has enabled. */
static enum err find_message(struct source *s, struct account *a,
			     const struct names *names, struct message *ret)
{
	const struct names in_url = { .root = names->root, .utf8 = true };
	struct mailbox m;
	slice name;
	enum err e;

	if (!name_from_wire(&in_url, s->url.mailbox, &s->arena, &name))
		return ERR_NOT_FOUND;
	e = mailbox_find(a, name, &s->arena, &m);
	if (e) return e;
	if (s->url.uid_validity && s->url.uid_validity != m.uid_validity)
		return ERR_NOT_FOUND;
	return message_get(a, m.id, s->url.uid, 0, &s->arena, ret);
}

static enum err open_source(struct source *s, struct account *a,
			    const struct names *names, slice url)
{
	struct message m;
	enum err e;

	if (!imap_url_parse(url, &s->arena, &s->url)) return ERR_NOT_FOUND;
	e = find_message(s, a, names, &m);
	if (!e) e = body_open(a, m.email, &s->body);
	if (!e) e = body_parts(s->body, &s->arena, &s->map);
	return e ? e : section_text(&s->url.section, s->body, &s->map, &s->spans);
}

static enum err add_octets(const struct source *s, struct span span, struct incoming *to)
{
	struct buf chunk;
	enum err e = ERR_NONE;

	buf_init(&chunk, CHUNK);
	while (!e && span.start < span.end) {
		uint64_t left = span.end - span.start;

		buf_reset(&chunk);
		if (!body_append(s->body, span.start, left < CHUNK ? left : CHUNK,
				 &chunk))
			e = ERR_INTERNAL;
		if (!e) e = incoming_add(to, buf_slice(&chunk));
		span.start += CHUNK;
	}
	buf_done(&chunk);
	return e;
}

/* Those of the spans that lie in the URL's range of them all. */
static enum err add_spans(const struct source *s, struct incoming *to)
{
	uint64_t skip = s->url.offset, left = s->url.octets;
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < s->spans.count; i++) {
		struct span span = s->spans.at[i];
		uint64_t n = span.end - span.start;
		uint64_t skipped = skip < n ? skip : n;

		skip -= skipped;
		span.start += skipped;
		if (span.end - span.start > left) span.end = span.start + left;
		left -= span.end - span.start;
		e = add_octets(s, span, to);
	}
	return e;
}

/* Octets of the part that the URL asks for. */
static uint64_t size_of(const struct source *s)
{
	uint64_t rest = s->spans.size > s->url.offset ? s->spans.size - s->url.offset : 0;

	return rest < s->url.octets ? rest : s->url.octets;
}

enum err catenate_url(struct account *a, const struct names *names, slice url,
		      uint64_t max, struct incoming *to)
{
	struct source s = { 0 };
	enum err e;

	arena_init(&s.arena, ARENA_MAX);
	e = open_source(&s, a, names, url);
	if (!e && size_of(&s) + incoming_size(to) > max) e = ERR_LIMIT;
	if (!e) e = add_spans(&s, to);
	source_done(&s);
	return e;
}

/* url-resp-text (RFC 4469 5). */
void bad_url_write(slice url, struct buf *out)
{
	buf_add(out, S("BADURL "));
	for (size_t i = 0; i < url.n; i++) {
		unsigned char c = (unsigned char)url.p[i];

		if (c > ' ' && c < 127 && c != ']')
			buf_add_char(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}
