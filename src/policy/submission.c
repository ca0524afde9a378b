#include "policy/submission.h"

#include "base/cleanup.h"
#include "base/date.h"
#include "mailauth/authres.h"
#include "message/address.h"
#include "policy/header_section.h"
#include "policy/routing.h"

enum {
	SUBMISSION_ARENA_MAX = 2 * MIME_ARENA_MAX,
	PIECE = 64 * 1024,        /* octets copied at a time */
	ADDED_MAX = 1024,         /* octets of the fields that are added */
	FOREIGN_MAX = ADDRESS_MAX /* octets of an address in a reply */
};

void submission_init(struct submission *s)
{
	buf_init(&s->foreign, FOREIGN_MAX);
}

void submission_done(struct submission *s)
{
	buf_done(&s->foreign);
}

/* ---- whose addresses ---- */

static bool route_has(const struct route *r, int64_t account)
{
	for (uint32_t i = 0; r->kind == ROUTE_LOCAL && i < r->account_count; i++)
		if (r->accounts[i] == account) return true;
	return false;
}

static bool owns(const struct submission *s, slice local, slice domain,
		 struct arena *arena)
{
	const struct directory *d = directory_get(s->store);
	struct route route;

	route_recipient(s->config, d, local, domain, arena, &route);
	directory_put(d);
	return route_has(&route, s->account);
}

bool submission_may_send_as(const struct submission *s, slice local, slice domain)
{
	struct arena arena;
	bool good;

	if (s->config->submission_sender == SENDER_ANY) return true;
	if (local.n == 0 && domain.n == 0) return true;
	arena_init(&arena, ROUTE_ARENA_MAX);
	good = owns(s, local, domain, &arena);
	arena_done(&arena);
	return good;
}

static bool is_named(const struct header_field *f, slice name)
{
	return slice_eq_nocase(slice_trim(f->name), name);
}

/* A field that names nobody is nobody's: a reader may see somebody in it. */
static bool owns_field(struct submission *s, const struct header_field *f,
		       struct arena *arena)
{
	const struct address *list;
	uint32_t count, mailboxes = 0;

	if (!address_list_parse(f->value, arena, &list, &count)) return false;
	for (uint32_t i = 0; i < count; i++) {
		if (list[i].kind != ADDRESS_MAILBOX) continue;
		mailboxes++;
		if (owns(s, list[i].local, list[i].domain, arena)) continue;
		addr_spec_write(list[i].local, list[i].domain, &s->foreign);
		return false;
	}
	if (mailboxes == 0) buf_add(&s->foreign, S("nobody"));
	return mailboxes > 0;
}

static bool owns_authors(struct submission *s, const struct mime_part *root,
			 struct arena *arena)
{
	if (s->config->submission_sender != SENDER_HEADER) return true;
	for (uint32_t i = 0; i < root->field_count; i++) {
		const struct header_field *f = &root->fields[i];

		if ((is_named(f, S("From")) || is_named(f, S("Sender"))) &&
		    !owns_field(s, f, arena))
			return false;
	}
	return true;
}

/* ---- what is missing ---- */

static bool has_field(const struct mime_part *root, slice name)
{
	for (uint32_t i = 0; i < root->field_count; i++)
		if (is_named(&root->fields[i], name)) return true;
	return false;
}

/* Text without any field becomes a body: RFC 6409 asks no more of a submission. */
static void write_missing(const struct submission *s, const struct mime_part *root,
			  bool has_fields, struct buf *out)
{
	if (!has_fields || !has_field(root, S("Date"))) {
		buf_add(out, S("Date: "));
		date_add_rfc5322(out, (struct date){ .instant = s->now });
		buf_add(out, S("\r\n"));
	}
	if (!has_fields || !has_field(root, S("Message-ID")))
		buf_addf(out, "Message-ID: <%.*s@%.*s>\r\n", FMT(s->id),
			 FMT(s->config->hostname));
	if (!has_fields) buf_add(out, S("\r\n"));
}

static enum err copy_behind(const struct incoming *from, struct incoming *to)
{
	uint64_t size = incoming_size(from);
	CLEANUP(buf_done) struct buf piece;
	enum err e = ERR_NONE;

	buf_init(&piece, PIECE);
	for (uint64_t at = 0; !e && at < size; at += PIECE) {
		size_t n = size - at < PIECE ? (size_t)(size - at) : PIECE;
		char *room;

		buf_reset(&piece);
		room = buf_reserve(&piece, n);
		if (!room || !incoming_read(from, at, room, n)) return ERR_LATER;
		e = incoming_add(to, (slice){ room, n });
	}
	return e;
}

/* What is added is part of the message, as if its author had written it: readers find it
 * in the ENVELOPE, and signatures cover it. */
static enum err put_in_front(struct submission *s, slice fields,
			     struct incoming **message)
{
	struct incoming *fresh = incoming_new(s->store);
	enum err e = incoming_add(fresh, fields);

	if (!e) e = copy_behind(*message, fresh);
	if (e) {
		incoming_free(fresh);
		return e;
	}
	incoming_free(*message);
	*message = fresh;
	return ERR_NONE;
}

/* RFC 6409 asks nothing of Bcc, but whoever writes it means that nobody is to read it.
 * A message does not set out with a Return-Path (RFC 5321 4.4), nor with results of
 * checks of ours (RFC 8601 5). */
static bool is_to_go(const struct submission *s, const struct header_field *f)
{
	return is_named(f, S("Bcc")) || is_named(f, S("Resent-Bcc")) ||
	       is_named(f, S("Return-Path")) ||
	       (is_named(f, S("Authentication-Results")) &&
		authres_claims(f->value, s->config->hostname));
}

static enum err cut_what_is_to_go(const struct submission *s,
				  const struct mime_part *root, uint64_t added,
				  struct incoming *message)
{
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < root->field_count; i++) {
		const struct header_field *f = &root->fields[i];

		if (is_to_go(s, f))
			e = incoming_cut(message, added + f->start, added + f->end);
	}
	return e == ERR_LIMIT ? ERR_MALFORMED : e;
}

static enum err complete(struct submission *s, const struct mime_part *root,
			 struct incoming **message)
{
	bool has_fields = begins_with_field(*message);
	CLEANUP(buf_done) struct buf fields;
	enum err e = ERR_NONE;

	buf_init(&fields, ADDED_MAX);
	write_missing(s, root, has_fields, &fields);
	if (fields.overflow) return ERR_INTERNAL;
	if (fields.n) e = put_in_front(s, buf_slice(&fields), message);
	if (!e && has_fields) e = cut_what_is_to_go(s, root, fields.n, *message);
	return e;
}

enum err submission_complete(struct submission *s, struct incoming **message)
{
	const struct mime *mime = NULL;
	struct arena arena;
	uint64_t body;
	slice header;
	enum err e = ERR_MALFORMED;

	arena_init(&arena, SUBMISSION_ARENA_MAX);
	if (header_section_read(*message, &arena, &header, &body))
		mime = mime_parse(&arena, header);
	if (mime)
		e = owns_authors(s, mime->parts, &arena)
			    ? complete(s, mime->parts, message)
			    : ERR_DENIED;
	arena_done(&arena);
	return e;
}
