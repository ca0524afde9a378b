#include "jmap/submission_set.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "jmap/email_visible.h"
#include "jmap/identity.h"
#include "jmap/placement.h"
#include "store/body.h"
#include "store/email_view.h"

enum {
	ARENA_MAX = 4 * MIME_ARENA_MAX,
	PIECE = 64 * 1024, /* octets copied at a time */
};

void sending_done(struct sending *s)
{
	json_decref(s->refusal.properties);
	json_decref(s->refusal.further);
	outgoing_done(&s->envelope);
	incoming_free(s->message);
	json_decref(s->status);
	arena_done(&s->arena);
}

/* --- what the object says --- */

static bool is_known(const char *name)
{
	return !strcmp(name, "identityId") || !strcmp(name, "emailId") ||
	       !strcmp(name, "envelope");
}

static void check_members(struct sending *s)
{
	const char *name;
	json_t *value;

	json_object_foreach(s->object, name, value) if (!is_known(name))
		placement_fault(&s->refusal, name, "the property cannot be set");
}

/* -1: it names nothing. */
static int64_t number_of(struct call *c, const struct sending *s, const char *property,
			 enum object_kind kind)
{
	const char *id = json_string_value(json_object_get(s->object, property));

	if (id) id = call_id(c, id);
	return id ? id_number(c, kind, id) : -1;
}

/* The Identity's address, empty where there is none; in the arena. */
static enum err find_identity(struct call *c, struct account *a, struct sending *s,
			      slice *ret)
{
	int64_t id = number_of(c, s, "identityId", OBJECT_IDENTITY);
	json_t *identity;
	enum err e = identity_read(c, a, id, &identity);

	*ret = S("");
	if (e == ERR_NOT_FOUND) {
		placement_fault(&s->refusal, "identityId", "there is no such identity");
		return ERR_NONE;
	}
	if (e) return e;
	if (!arena_copy(&s->arena, json_text(json_object_get(identity, "email")), ret))
		e = ERR_LATER;
	json_decref(identity);
	return e;
}

/* --- the message --- */

static bool is_blind(const struct header_field *f)
{
	slice name = slice_trim(f->name);

	return slice_eq_nocase(name, S("Bcc")) || slice_eq_nocase(name, S("Resent-Bcc"));
}

static enum err copy(const struct body *b, uint64_t from, uint64_t to,
		     struct incoming *message)
{
	CLEANUP(buf_done) struct buf piece;
	enum err e = ERR_NONE;

	buf_init(&piece, PIECE);
	for (; !e && from < to; from += piece.n) {
		buf_reset(&piece);
		if (!body_append(b, from, to - from < PIECE ? to - from : PIECE,
				 &piece) ||
		    !piece.n)
			return ERR_LATER;
		e = incoming_add(message, buf_slice(&piece));
	}
	return e;
}

/* Nobody is to read who else got it (RFC 8621 7.5). */
static enum err copy_without_blind(const struct body *b, const struct mime_part *header,
				   struct incoming *message)
{
	uint64_t at = 0;
	enum err e = ERR_NONE;

	for (uint32_t i = 0; !e && i < header->field_count; i++) {
		const struct header_field *f = &header->fields[i];

		if (!is_blind(f)) continue;
		e = copy(b, at, f->start, message);
		at = f->end;
	}
	return e ? e : copy(b, at, body_size(b), message);
}

/* Its header section, parsed alone. */
static enum err read_header(const struct body *b, struct arena *arena,
			    const struct mime_part **ret)
{
	CLEANUP(buf_done) struct buf text;
	struct part_map map;
	const struct mime *m;
	slice kept;
	enum err e = body_parts(b, arena, &map);

	buf_init(&text, MIME_HEADER_MAX);
	if (e) return e;
	if (map.parts[0].body_start > MIME_HEADER_MAX) return ERR_MALFORMED;
	if (!body_append(b, 0, map.parts[0].body_start, &text)) return ERR_LATER;
	if (!arena_copy(arena, buf_slice(&text), &kept)) return ERR_MALFORMED;
	m = mime_parse(arena, kept);
	if (!m) return ERR_MALFORMED;
	*ret = &m->parts[0];
	return ERR_NONE;
}

/* --- the mail --- */

static void set_envelope(struct call *c, struct sending *s,
			 const struct mime_part *header, slice identity)
{
	json_t *given = json_object_get(s->object, "envelope");
	const struct jmap_user *user = call_user(c);

	if (given && !json_is_null(given))
		outgoing_read(&s->envelope, given, call_now(c), &s->arena, &s->refusal);
	else
		outgoing_derive(&s->envelope, header, identity, user, &s->arena,
				&s->refusal);
	outgoing_check(&s->envelope, header, user, &s->arena, &s->refusal);
}

static void check_size(struct call *c, struct sending *s, uint64_t size)
{
	uint64_t max = call_user(c)->message_max;

	if (size <= max || s->refusal.error) return;
	set_refuse(&s->refusal, "tooLarge", NULL, "the message is too large to be sent");
	s->refusal.further = json_pack("{s:I}", "maxSize", (json_int_t)max);
}

static enum err look_at_body(struct call *c, struct account *a, struct sending *s,
			     const struct body *b, slice identity)
{
	const struct mime_part *header;
	enum err e = read_header(b, &s->arena, &header);

	if (e == ERR_MALFORMED) {
		set_refuse(&s->refusal, "invalidEmail", NULL, "its header has no end");
		return ERR_NONE;
	}
	if (e) return e;
	check_size(c, s, body_size(b));
	set_envelope(c, s, header, identity);
	if (s->refusal.error) return ERR_NONE;
	s->message = incoming_new(account_store(a));
	return copy_without_blind(b, header, s->message);
}

static enum err find_email(struct call *c, struct account *a, struct sending *s)
{
	struct email_view view;
	enum err e = ERR_NOT_FOUND;

	s->email = number_of(c, s, "emailId", OBJECT_EMAIL);
	if (s->email >= 0) e = email_view_get(a, s->email, 0, &s->arena, &view);
	if (!e && !email_is_visible(&view)) e = ERR_NOT_FOUND;
	if (e == ERR_NOT_FOUND)
		placement_fault(&s->refusal, "emailId", "there is no such email");
	if (e) return e == ERR_NOT_FOUND ? ERR_NONE : e;
	s->thread = view.thread;
	return ERR_NONE;
}

enum err sending_look(struct call *c, struct account *a, struct sending *s)
{
	struct body *body;
	slice identity;
	enum err e;

	arena_init(&s->arena, ARENA_MAX);
	check_members(s);
	e = find_identity(c, a, s, &identity);
	if (!e) e = find_email(c, a, s);
	if (e || s->refusal.error) return e;
	e = body_open(a, s->email, &body);
	if (e) return e;
	e = look_at_body(c, a, s, body, identity);
	body_close(body);
	return e;
}
