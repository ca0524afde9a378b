#include "policy/inbound_message.h"

#include "mailauth/authres.h"
#include "policy/header_section.h"

enum {
	PIECE = 16 * 1024, /* octets of the body hashed at a time */
	ARENA_MAX = MIME_ARENA_MAX + 2 * MIME_HEADER_MAX,
};

void inbound_message_init(struct inbound_message *m)
{
	*m = (struct inbound_message){ .hashes = body_hashes_new() };
	arena_init(&m->arena, ARENA_MAX);
}

void inbound_message_done(struct inbound_message *m)
{
	dkim_verifier_free(m->dkim);
	arc_verifier_free(m->arc);
	body_hashes_free(m->hashes);
	arena_done(&m->arena);
}

static void cut_forged(const struct mime_part *root, slice authserv_id,
		       struct incoming *incoming)
{
	uint32_t cursor = 0;
	struct octet_range range;

	/* There are less fields than INCOMING_CUTS_MAX. */
	while (authres_next_forged(root, authserv_id, &cursor, &range))
		if (incoming_cut(incoming, range.start, range.end)) return;
}

void inbound_message_cut_forged(struct incoming *incoming, slice authserv_id)
{
	const struct mime *mime = NULL;
	struct arena arena;
	uint64_t body;
	slice header;

	arena_init(&arena, ARENA_MAX);
	if (begins_with_field(incoming) &&
	    header_section_read(incoming, &arena, &header, &body))
		mime = mime_parse(&arena, header);
	if (mime) cut_forged(mime->parts, authserv_id, incoming);
	arena_done(&arena);
}

/* As dmarc_find_author compares: white space may stand before the colon. */
static bool has_from(const struct mime_part *root)
{
	for (uint32_t i = 0; i < root->field_count; i++)
		if (slice_eq_nocase(slice_trim(root->fields[i].name), S("From")))
			return true;
	return false;
}

static void find_author(struct inbound_message *m, const struct mime_part *root)
{
	if (!has_from(root))
		m->author_kind = AUTHOR_MISSING;
	else if (dmarc_find_author(root, &m->arena, &m->author))
		m->author_kind = AUTHOR_KNOWN;
}

static void feed_body(struct inbound_message *m, const struct incoming *incoming,
		      uint64_t at)
{
	uint64_t size = incoming_size(incoming);
	char piece[PIECE];

	while (at < size) {
		size_t n = size - at < PIECE ? (size_t)(size - at) : PIECE;

		if (!incoming_read(incoming, at, piece, n)) return;
		body_hashes_feed(m->hashes, (slice){ piece, n });
		at += n;
	}
}

void inbound_message_read(struct inbound_message *m, struct incoming *incoming,
			  slice authserv_id)
{
	const struct mime *mime;
	uint64_t body;
	slice header;

	if (!header_section_read(incoming, &m->arena, &header, &body) ||
	    !header_list_parse(header, &m->arena, &m->list))
		return;
	mime = mime_parse(&m->arena, header);
	if (!mime) return;
	cut_forged(mime->parts, authserv_id, incoming);
	find_author(m, mime->parts);
	m->dkim = dkim_verifier_new(&m->list, m->hashes);
	m->arc = arc_verifier_new(&m->list, m->hashes);
	if (m->seals)
		m->whole_body = body_hashes_want(m->hashes, CANON_RELAXED, BODY_WHOLE);
	feed_body(m, incoming, body);
	body_hashes_finish(m->hashes);
}
