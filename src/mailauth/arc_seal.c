#include <assert.h>

#include "mailauth/arc_verifier.h"
#include "mailauth/field_writer.h"
#include "mailauth/signed_names.h"

/* The set in the making: its fields without CRLF, and as a set to be hashed. */
struct draft {
	const struct arc_sealing *sealing;
	uint32_t instance;
	struct buf results, message, seal;
	struct signed_field results_field, message_field;
};

bool arc_can_seal(const struct arc_verifier *v)
{
	return !v->chain.closed && v->chain.count < ARC_INSTANCES_MAX;
}

/* The one field in b, which ends with CRLF. */
static void read_back(const struct buf *b, struct signed_field *ret)
{
	bool good = signed_field_parse(slice_head(buf_slice(b), b->n - 2), ret);

	assert(good);
}

static enum err write_results(struct draft *d)
{
	buf_addf(&d->results, "ARC-Authentication-Results: i=%u; ", d->instance);
	buf_add(&d->results, slice_trim(d->sealing->results));
	buf_add(&d->results, S("\r\n"));
	if (d->results.overflow) return ERR_LIMIT;
	read_back(&d->results, &d->results_field);
	return ERR_NONE;
}

static void write_message_tags(const struct draft *d, slice names,
			       const struct body_hash *body, struct field_writer *w)
{
	field_writer_tag(w, "a", signing_key_algorithm(d->sealing->key));
	field_writer_signature(w);
	field_writer_hash(w, body);
	field_writer_tag(w, "c", S("relaxed/relaxed"));
	field_writer_tag(w, "d", d->sealing->domain);
	field_writer_names(w, names);
	field_writer_number(w, "i", d->instance);
	field_writer_tag(w, "s", d->sealing->selector);
	field_writer_number(w, "t", (uint64_t)d->sealing->now);
}

static enum err sign_message(struct draft *d, const struct header_list *list, slice names,
			     const struct body_hash *body)
{
	uint8_t digest[SHA256_OCTETS];
	struct field_writer w;
	struct signed_field own;
	struct buf field;
	enum err e;

	buf_init(&field, ARC_FIELD_MAX);
	field_writer_start(&w, &field, S("ARC-Message-Signature"));
	write_message_tags(d, names, body, &w);
	own = field_writer_end(&w);
	field_hash_of(CANON_RELAXED, names, list, &own, digest);
	e = field_writer_sign(&w, d->sealing->key, digest, &d->message);
	if (!e) read_back(&d->message, &d->message_field);
	buf_done(&field);
	return e;
}

static enum err write_message(struct draft *d, const struct header_list *list,
			      const struct body_hash *body)
{
	slice names = d->sealing->names;
	struct buf own;
	enum err e = ERR_LIMIT;

	if (names.n) return sign_message(d, list, names, body);
	buf_init(&own, ARC_FIELD_MAX);
	if (signed_names_write(list, true, &own))
		e = sign_message(d, list, buf_slice(&own), body);
	buf_done(&own);
	return e;
}

/* After a failed chain the seal covers its own set alone (RFC 8617 5.1.2). */
static void hash_sets(const struct draft *d, const struct arc_verifier *v,
		      const struct signed_field *own, uint8_t *digest)
{
	struct arc_set sets[ARC_INSTANCES_MAX];
	uint32_t last = d->instance - 1;

	for (uint32_t i = 0; i < last; i++)
		sets[i] = v->chain.sets[i];
	sets[last] = (struct arc_set){ .results = &d->results_field,
				       .message = &d->message_field };
	arc_chain_hash(v->result.status == ARC_FAIL ? &sets[last] : &sets[0], &sets[last],
		       own, digest);
}

static enum err write_seal(struct draft *d, const struct arc_verifier *v)
{
	uint8_t digest[SHA256_OCTETS];
	struct field_writer w;
	struct signed_field own;
	struct buf field;
	enum err e;

	buf_init(&field, ARC_FIELD_MAX);
	field_writer_start(&w, &field, S("ARC-Seal"));
	field_writer_tag(&w, "a", signing_key_algorithm(d->sealing->key));
	field_writer_signature(&w);
	field_writer_tag(&w, "cv", arc_status_name(v->result.status));
	field_writer_tag(&w, "d", d->sealing->domain);
	field_writer_number(&w, "i", d->instance);
	field_writer_tag(&w, "s", d->sealing->selector);
	field_writer_number(&w, "t", (uint64_t)d->sealing->now);
	own = field_writer_end(&w);
	hash_sets(d, v, &own, digest);
	e = field_writer_sign(&w, d->sealing->key, digest, &d->seal);
	buf_done(&field);
	return e;
}

/* The newest on top: seal, message signature, results. */
static enum err put_set(const struct draft *d, struct buf *out)
{
	size_t before = out->n;

	buf_add(out, buf_slice(&d->seal));
	buf_add(out, buf_slice(&d->message));
	buf_add(out, buf_slice(&d->results));
	if (!out->overflow) return ERR_NONE;
	buf_truncate(out, before);
	return ERR_LIMIT;
}

enum err arc_seal(const struct arc_sealing *s, const struct arc_verifier *v,
		  const struct header_list *list, const struct body_hash *body,
		  struct buf *out)
{
	struct draft d = { .sealing = s, .instance = v->chain.count + 1 };
	enum err e;

	assert(v->decided);
	if (!arc_can_seal(v)) return ERR_DENIED;
	buf_init(&d.results, ARC_FIELD_MAX);
	buf_init(&d.message, ARC_FIELD_MAX);
	buf_init(&d.seal, ARC_FIELD_MAX);
	e = write_results(&d);
	if (!e) e = write_message(&d, list, body);
	if (!e) e = write_seal(&d, v);
	if (!e) e = put_set(&d, out);
	buf_done(&d.results);
	buf_done(&d.message);
	buf_done(&d.seal);
	return e;
}
