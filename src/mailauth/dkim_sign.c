#include "mailauth/dkim.h"
#include "mailauth/field_hash.h"
#include "mailauth/field_writer.h"
#include "mailauth/signed_names.h"

static void write_tags(const struct dkim_signing *s, slice names,
		       const struct body_hash *body, struct field_writer *w)
{
	field_writer_tag(w, "v", S("1"));
	field_writer_tag(w, "a", signing_key_algorithm(s->key));
	field_writer_tag(w, "c", S("relaxed/relaxed"));
	field_writer_tag(w, "d", s->domain);
	field_writer_tag(w, "s", s->selector);
	if (s->identity.n) field_writer_tag(w, "i", s->identity);
	field_writer_number(w, "t", (uint64_t)s->now);
	if (s->lifetime_s)
		field_writer_number(w, "x", (uint64_t)(s->now + s->lifetime_s));
	field_writer_names(w, names);
	field_writer_hash(w, body);
	field_writer_signature(w);
}

static enum err sign_names(const struct dkim_signing *s, const struct header_list *list,
			   slice names, const struct body_hash *body, struct buf *out)
{
	uint8_t digest[SHA256_OCTETS];
	struct field_writer w;
	struct signed_field own;
	struct buf field;
	enum err e;

	buf_init(&field, DKIM_FIELD_MAX);
	field_writer_start(&w, &field, S("DKIM-Signature"));
	write_tags(s, names, body, &w);
	own = field_writer_end(&w);
	field_hash_of(CANON_RELAXED, names, list, &own, digest);
	e = field_writer_sign(&w, s->key, digest, out);
	buf_done(&field);
	return e;
}

enum err dkim_sign(const struct dkim_signing *s, const struct header_list *list,
		   const struct body_hash *body, struct buf *out)
{
	struct buf names;
	enum err e = ERR_LIMIT;

	if (!header_list_has(list, S("From"))) return ERR_MALFORMED;
	buf_init(&names, DKIM_FIELD_MAX);
	if (signed_names_write(list, false, &names))
		e = sign_names(s, list, buf_slice(&names), body, out);
	buf_done(&names);
	return e;
}
