#include <assert.h>
#include <stdlib.h>

#include "mailauth/arc_verifier.h"

enum { ARENA_MAX = 4 * ARC_INSTANCES_MAX * SIGNATURE_MAX }; /* decoded tags, and names */

slice arc_status_name(enum arc_status status)
{
	static const slice names[] = {
		[ARC_NONE] = SLICE_INIT("none"),
		[ARC_PASS] = SLICE_INIT("pass"),
		[ARC_FAIL] = SLICE_INIT("fail"),
	};

	return names[status];
}

static void start_message(struct arc_verifier *v, const struct header_list *list,
			  uint32_t i)
{
	const struct signed_field *field = v->chain.sets[i].message;
	struct verification *one = &v->messages[i];
	const struct signature *s = &one->signature;

	verification_start(one, SIGNATURE_ARC_MESSAGE, field->value, v->hashes,
			   &v->arena);
	if (!one->decided)
		field_hash_of(s->header_canon, s->names, list, field, one->digest);
}

static void start_seal(struct arc_verifier *v, uint32_t i)
{
	const struct arc_set *sets = v->chain.sets;
	struct verification *one = &v->seals[i];

	verification_start(one, SIGNATURE_ARC_SEAL, sets[i].seal->value, v->hashes,
			   &v->arena);
	if (!one->decided) arc_chain_hash(&sets[0], &sets[i], sets[i].seal, one->digest);
}

static void decide(struct arc_verifier *v, enum arc_status status)
{
	v->decided = true;
	v->result.status = status;
}

struct arc_verifier *arc_verifier_new(const struct header_list *list,
				      struct body_hashes *hashes)
{
	struct arc_verifier *v = calloc(1, sizeof(*v));

	assert(v);
	v->hashes = hashes;
	arena_init(&v->arena, ARENA_MAX);
	arc_chain_collect(list, &v->chain);
	v->result.instances = v->chain.count;
	v->result.reason = v->chain.fault;
	if (!v->chain.present) decide(v, ARC_NONE);
	if (v->chain.fault) decide(v, ARC_FAIL);
	for (uint32_t i = v->chain.count; !v->decided && i-- > 0;) {
		start_message(v, list, i); /* the newest first: it must get its hash */
		start_seal(v, i);
	}
	return v;
}

void arc_verifier_free(struct arc_verifier *v)
{
	if (!v) return;
	arena_done(&v->arena);
	free(v);
}

struct step { /* of a verifier */
	struct arc_verifier *v;
	const struct dns_answers *known;
	int64_t now;
	struct dns_question *lacking;
};

/* True when the signature of set i is decided. */
static bool try_one(const struct step *s, struct verification *one)
{
	return verification_step(one, s->v->hashes, s->known, s->now, s->lacking);
}

/* As try_one; a signature that does not hold fails the chain (RFC 8617 5.2.1). */
static bool try_needed(const struct step *s, struct verification *one, uint32_t i)
{
	if (!try_one(s, one)) return false;
	if (one->finding.verdict == DKIM_PASS) return true;
	s->v->result.failed = i + 1;
	s->v->result.reason = one->finding.reason;
	s->v->result.trouble = one->finding.verdict == DKIM_TEMPERROR;
	decide(s->v, ARC_FAIL);
	return true;
}

/* RFC 8617 5.2 step 5. False: an answer is lacking. */
static bool find_oldest_pass(const struct step *s)
{
	for (uint32_t i = s->v->chain.count - 1; i-- > 0;) {
		if (!try_one(s, &s->v->messages[i])) return false;
		if (s->v->messages[i].finding.verdict != DKIM_PASS) {
			s->v->result.oldest_pass = i + 2;
			break;
		}
	}
	return true;
}

bool arc_verifier_step(struct arc_verifier *v, const struct dns_answers *known,
		       int64_t now, struct dns_question *ret_lacking)
{
	const struct step s = { v, known, now, ret_lacking };
	uint32_t newest = v->chain.count - 1;

	if (v->decided) return true;
	if (!try_needed(&s, &v->messages[newest], newest)) return false;
	for (uint32_t i = v->chain.count; !v->decided && i-- > 0;)
		if (!try_needed(&s, &v->seals[i], i)) return false;
	if (v->decided) return true;
	if (!find_oldest_pass(&s)) return false;
	decide(v, ARC_PASS);
	return true;
}

struct arc_result arc_verifier_result(const struct arc_verifier *v)
{
	assert(v->decided);
	return v->result;
}

struct arc_testimony arc_verifier_testimony(const struct arc_verifier *v,
					    uint32_t instance)
{
	const struct signature *seal = &v->seals[instance - 1].signature;

	assert(v->decided && v->result.status == ARC_PASS && instance >= 1 &&
	       instance <= v->chain.count);
	return (struct arc_testimony){ .domain = seal->domain,
				       .selector = seal->selector,
				       .results = v->chain.sets[instance - 1].payload };
}
