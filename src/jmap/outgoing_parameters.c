/*
 * An Envelope of RFC 8621 7 with its parameters.
 *
 * Those that a submission can keep are in one table; others are refused, for a client
 * that asks for them relies on them. Values come without xtext, and go on with it (RFC
 * 3461 4).
 */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/date.h"
#include "base/xtext.h"
#include "jmap/outgoing_private.h"
#include "smtp/dsn.h"
#include "smtp/path.h"

enum { VALUE_MAX = 2000 }; /* octets of one that goes on */

struct reading {
	struct outgoing *out;
	int64_t now;
	struct arena *arena;
	uint32_t recipient; /* whose parameters are read */
};

/* value.p is NULL where there is none. */
typedef bool parameter_reader(struct reading *r, slice value);

static bool keep_xtext(struct reading *r, slice before, slice plain, slice *ret)
{
	CLEANUP(buf_done) struct buf text;

	buf_init(&text, VALUE_MAX);
	buf_add(&text, before);
	return xtext_write(&text, plain) && arena_copy(r->arena, buf_slice(&text), ret);
}

/* RFC 1870 3: what it is to be in truth is known. */
static bool read_size(struct reading *, slice value)
{
	uint64_t size;

	return take_u64(&value, &size) && !value.n;
}

/* RFC 6152 2: likewise. */
static bool read_body(struct reading *, slice value)
{
	return slice_eq_nocase(value, S("7BIT")) || slice_eq_nocase(value, S("8BITMIME"));
}

/* RFC 6531 3.4: likewise. */
static bool read_utf8(struct reading *, slice value)
{
	return !value.p;
}

/* RFC 3461 4.3 */
static bool read_ret(struct reading *r, slice value)
{
	enum dsn_return kind;

	r->out->ret = value;
	return dsn_take_return(value, &kind);
}

/* RFC 3461 4.4 */
static bool read_envid(struct reading *r, slice value)
{
	return keep_xtext(r, S(""), value, &r->out->envelope_id) &&
	       dsn_is_envelope_id(r->out->envelope_id);
}

/* Not both, nor later than the session says (RFC 4865 4). */
static bool hold(struct reading *r, int64_t until, slice kind, slice value)
{
	CLEANUP(buf_done) struct buf text;

	buf_init(&text, VALUE_MAX);
	if (r->out->hold.n || until > r->now + JMAP_DELAYED_SEND_MAX) return false;
	buf_add(&text, kind);
	buf_add(&text, value);
	r->out->release_at = until > r->now ? until : 0;
	return arena_copy(r->arena, buf_slice(&text), &r->out->hold);
}

static bool read_holdfor(struct reading *r, slice value)
{
	slice digits = value;
	uint32_t seconds;

	if (!take_u32(&digits, &seconds) || digits.n) return false;
	return hold(r, r->now + seconds, S("for;"), value);
}

static bool read_holduntil(struct reading *r, slice value)
{
	struct date until;

	if (!value.n || !date_parse_iso(value, &until) || value.p[value.n - 1] != 'Z')
		return false;
	return hold(r, until.instant, S("until;"), value);
}

/* RFC 3461 4.1 */
static bool read_notify(struct reading *r, slice value)
{
	unsigned wishes;

	r->out->notify[r->recipient] = value;
	return dsn_take_notify(value, &wishes);
}

/* RFC 3461 4.2 */
static bool read_orcpt(struct reading *r, slice value)
{
	slice *kept = &r->out->originals[r->recipient];
	slice type = slice_head(value, slice_find_char(value, ';') + 1);

	return keep_xtext(r, type, slice_skip(value, type.n), kept) &&
	       dsn_is_original_recipient(*kept, true);
}

enum { OF_MAIL = 1, OF_RCPT = 2 };

static const struct {
	slice name;
	unsigned of;
	parameter_reader *read;
} parameters[] = {
	{ SLICE_INIT("SIZE"), OF_MAIL, read_size },
	{ SLICE_INIT("BODY"), OF_MAIL, read_body },
	{ SLICE_INIT("SMTPUTF8"), OF_MAIL, read_utf8 },
	{ SLICE_INIT("RET"), OF_MAIL, read_ret },
	{ SLICE_INIT("ENVID"), OF_MAIL, read_envid },
	{ SLICE_INIT("HOLDFOR"), OF_MAIL, read_holdfor },
	{ SLICE_INIT("HOLDUNTIL"), OF_MAIL, read_holduntil },
	{ SLICE_INIT("NOTIFY"), OF_RCPT, read_notify },
	{ SLICE_INIT("ORCPT"), OF_RCPT, read_orcpt },
};

static bool read_parameter(struct reading *r, unsigned of, slice name,
			   const json_t *value)
{
	slice text = { NULL, 0 };

	if (json_is_string(value))
		text = json_text(value);
	else if (!json_is_null(value))
		return false;
	for (size_t i = 0; i < countof(parameters); i++)
		if (parameters[i].of == of && slice_eq_nocase(parameters[i].name, name))
			return parameters[i].read(r, text);
	return false;
}

static bool refuse(struct set_outcome *o, const char *what, const char *name)
{
	set_refuse(o, "invalidProperties", "envelope", "");
	snprintf(o->description, sizeof(o->description), "the envelope's %s %.60s", what,
		 name);
	return false;
}

/* An Address. */
static bool read_address(struct reading *r, unsigned of, json_t *json, slice *ret,
			 struct set_outcome *o)
{
	json_t *email = json_object_get(json, "email"),
	       *list = json_object_get(json, "parameters"), *value;
	const char *name;

	if (!json_is_string(email) || json_object_size(json) != (list ? 2u : 1u))
		return refuse(o, "address is none", "");
	if (list && !json_is_null(list) && !json_is_object(list))
		return refuse(o, "parameters are none", "");
	json_object_foreach(list, name, value) if (
		!read_parameter(r, of, slice_of(name),
				value)) return refuse(o,
						      "parameter cannot be had:", name);
	*ret = json_text(email);
	return true;
}

static bool read_mail_from(struct reading *r, json_t *envelope, struct set_outcome *o)
{
	slice *path = &r->out->reverse_path;

	if (!read_address(r, OF_MAIL, json_object_get(envelope, "mailFrom"), path, o))
		return false;
	return !path->n || smtp_is_mailbox(*path) ||
	       refuse(o, "mailFrom is no address", "");
}

/* One that comes twice gets the message once. */
static bool read_recipients(struct reading *r, const json_t *list, struct set_outcome *o)
{
	json_t *json;
	size_t i;

	if (!json_is_array(list)) return refuse(o, "rcptTo is no array", "");
	if (!outgoing_room(r->out, json_array_size(list), r->arena, o))
		return o->error != NULL || refuse(o, "rcptTo is too large", "");
	json_array_foreach(list, i, json)
	{
		slice address;

		r->recipient = r->out->count;
		r->out->notify[r->recipient] = S("");
		r->out->originals[r->recipient] = S("");
		if (!read_address(r, OF_RCPT, json, &address, o)) return false;
		if (!outgoing_has(r->out, address))
			r->out->recipients[r->out->count++] = address;
	}
	return true;
}

/* A copy whose addresses all have "parameters". */
static json_t *complete(const json_t *envelope)
{
	json_t *copy = json_deep_copy(envelope), *address;
	size_t i;

	json_object_update_missing_new(json_object_get(copy, "mailFrom"),
				       json_pack("{s:n}", "parameters"));
	json_array_foreach(json_object_get(copy, "rcptTo"), i, address)
		json_object_update_missing_new(address, json_pack("{s:n}", "parameters"));
	return copy;
}

void outgoing_read(struct outgoing *out, json_t *json, int64_t now, struct arena *arena,
		   struct set_outcome *o)
{
	struct reading r = { .out = out, .now = now, .arena = arena };

	*out = (struct outgoing){ .json = complete(json) };
	json = out->json;
	if (!json_is_object(json) || json_object_size(json) != 2)
		refuse(o, "members are mailFrom and rcptTo", "");
	else if (read_mail_from(&r, json, o))
		read_recipients(&r, json_object_get(json, "rcptTo"), o);
}
