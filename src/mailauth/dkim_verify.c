#include <assert.h>
#include <stdlib.h>

#include "mailauth/dkim.h"
#include "mailauth/field_hash.h"
#include "mailauth/verification.h"

enum {
	ARENA_MAX = 2 * DKIM_SIGNATURES_MAX * SIGNATURE_MAX
}; /* decoded tags, and names */

struct dkim_verifier {
	struct arena arena;
	struct body_hashes *hashes; /* the caller's */
	uint32_t count;
	bool left_out;
	struct verification verifications[DKIM_SIGNATURES_MAX];
};

static void add_signature(struct dkim_verifier *v, const struct header_list *list,
			  const struct signed_field *field)
{
	struct verification *one = &v->verifications[v->count++];
	const struct signature *s = &one->signature;

	verification_start(one, SIGNATURE_DKIM, field->value, v->hashes, &v->arena);
	if (!one->decided)
		field_hash_of(s->header_canon, s->names, list, field, one->digest);
}

struct dkim_verifier *dkim_verifier_new(const struct header_list *list,
					struct body_hashes *hashes)
{
	struct dkim_verifier *v = calloc(1, sizeof(*v));

	assert(v);
	v->hashes = hashes;
	arena_init(&v->arena, ARENA_MAX);
	for (uint32_t i = 0; i < list->count; i++) {
		if (!slice_eq_nocase(list->fields[i].name, S("DKIM-Signature"))) continue;
		v->left_out = v->count == DKIM_SIGNATURES_MAX;
		if (v->left_out) break;
		add_signature(v, list, &list->fields[i]);
	}
	return v;
}

void dkim_verifier_free(struct dkim_verifier *v)
{
	if (!v) return;
	arena_done(&v->arena);
	free(v);
}

uint32_t dkim_verifier_count(const struct dkim_verifier *v)
{
	return v->count;
}

bool dkim_verifier_left_out(const struct dkim_verifier *v)
{
	return v->left_out;
}

bool dkim_verifier_step(struct dkim_verifier *v, const struct dns_answers *known,
			int64_t now, struct dns_question *ret_lacking)
{
	for (uint32_t i = 0; i < v->count; i++)
		if (!verification_step(&v->verifications[i], v->hashes, known, now,
				       ret_lacking))
			return false;
	return true;
}

struct dkim_result dkim_verifier_result(const struct dkim_verifier *v, uint32_t i)
{
	const struct verification *one = &v->verifications[i];
	const struct signature *s = &one->signature;

	assert(i < v->count);
	return (struct dkim_result){
		.finding = one->finding,
		.domain = s->domain,
		.selector = s->selector,
		.identity = s->identity,
		.algorithm = s->algorithm,
		.signature = s->text,
		.signed_at = s->signed_at,
		.key_bits = one->key_bits,
		.testing = one->testing,
		.is_of_report = one->is_of_report && s->body_length == BODY_WHOLE,
		.whole_body = one->whole_body,
	};
}
