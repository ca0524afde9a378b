#include "mailauth/dmarc.h"

#include "mailauth/dmarc_walk.h"
#include "mailauth/name.h"

struct evaluation {
	const struct dmarc_request *request;
	const struct dns_answers *known;
	struct arena *arena;
	struct dmarc_verdict verdict;
	slice organizational; /* of the author; empty: not looked for yet */
	struct dns_question lacking;
	bool trouble; /* an identifier's alignment could not be told */
};

static enum dmarc_found walk(struct evaluation *e, slice domain, struct dmarc_walk *ret)
{
	return dmarc_walk(domain, e->known, e->arena, ret, &e->lacking);
}

/* The policy of the author domain (RFC 9989 4.10.1): its own, which costs one question,
 * or what the walk finds. */
static enum dmarc_found find_policy(struct evaluation *e)
{
	struct dmarc_verdict *v = &e->verdict;
	struct dmarc_step own;
	const struct dmarc_step *step = &own;
	struct dmarc_walk w;
	enum dmarc_found found =
		dmarc_find_record(v->author, e->known, e->arena, &own, &e->lacking);

	if (found == DMARC_KNOWN && !own.has_record) {
		found = walk(e, v->author, &w);
		if (found != DMARC_KNOWN) return found;
		step = dmarc_policy_step(&w);
		e->organizational = dmarc_organizational(&w);
	}
	if (found != DMARC_KNOWN || !step || !step->record.is_policy) return found;
	v->policy_domain = step->domain;
	v->record = step->record;
	return DMARC_KNOWN;
}

/* Whether the DNS knows the author domain, asked only where it matters. */
static enum dmarc_found find_published(struct evaluation *e)
{
	struct dmarc_verdict *v = &e->verdict;
	struct dns_question q = { DNS_A, v->author };
	const struct dns_answer *a;

	v->published = v->record.p;
	if (slice_eq_nocase(v->policy_domain, v->author)) return DMARC_KNOWN;
	v->published = v->record.sp;
	if (v->record.np == v->record.sp) return DMARC_KNOWN;
	a = dns_answers_find(e->known, q);
	if (!a) {
		e->lacking = q;
		return DMARC_LACKING;
	}
	if (a->status == DNS_TROUBLE || a->status == DNS_BOGUS) return DMARC_IN_TROUBLE;
	if (a->status == DNS_NO_NAME) v->published = v->record.np;
	return DMARC_KNOWN;
}

static enum dmarc_found find_organizational(struct evaluation *e)
{
	struct dmarc_walk w;
	enum dmarc_found found;

	if (e->organizational.n) return DMARC_KNOWN;
	found = walk(e, e->verdict.author, &w);
	if (found == DMARC_KNOWN) e->organizational = dmarc_organizational(&w);
	return found;
}

/* Relaxed alignment (RFC 9989 4.10.2). A domain that is not within the author's
 * organizational domain cannot have the same one, so it is not walked. */
static enum dmarc_found align_relaxed(struct evaluation *e, slice domain, bool *ret)
{
	struct dmarc_walk w;
	enum dmarc_found found = find_organizational(e);

	if (found != DMARC_KNOWN || !name_is_within(domain, e->organizational))
		return found;
	found = walk(e, domain, &w);
	if (found == DMARC_KNOWN)
		*ret = slice_eq_nocase(dmarc_organizational(&w), e->organizational);
	return found;
}

/* Sets *ret when the identifier passed and is aligned; false when an answer lacks. */
static bool align(struct evaluation *e, const struct dmarc_identifier *id, bool strict,
		  bool *ret)
{
	enum dmarc_found found = DMARC_KNOWN;
	slice domain;

	if (*ret || !id->pass || !name_to_ascii(id->domain, e->arena, &domain) ||
	    !name_is_valid(domain))
		return true;
	if (slice_eq_nocase(domain, e->verdict.author))
		*ret = true;
	else if (!strict)
		found = align_relaxed(e, domain, ret);
	if (found == DMARC_IN_TROUBLE) e->trouble = true;
	return found != DMARC_LACKING;
}

static bool align_all(struct evaluation *e)
{
	const struct dmarc_request *r = e->request;
	struct dmarc_verdict *v = &e->verdict;

	if (!align(e, &r->spf, v->record.strict_spf, &v->spf_aligned)) return false;
	for (uint32_t i = 0; i < r->dkim_count && i < DMARC_IDENTIFIERS_MAX; i++)
		if (!align(e, &r->dkim[i], v->record.strict_dkim, &v->dkim_aligned))
			return false;
	return true;
}

/* t=y lowers the policy by one step (RFC 9989 4.7). */
static enum dmarc_policy applied(const struct dmarc_verdict *v)
{
	if (v->record.testing && v->published != DMARC_NONE)
		return (enum dmarc_policy)(v->published - 1);
	return v->published;
}

/* False when an answer lacks. */
static bool conclude(struct evaluation *e)
{
	struct dmarc_verdict *v = &e->verdict;
	enum dmarc_found found;

	if (!align_all(e)) return false;
	v->result = v->spf_aligned || v->dkim_aligned ? DMARC_PASS
		    : e->trouble                      ? DMARC_TEMPERROR
						      : DMARC_FAIL;
	found = find_published(e);
	if (found == DMARC_IN_TROUBLE && v->result == DMARC_FAIL)
		v->result = DMARC_TEMPERROR;
	if (v->result == DMARC_FAIL) v->policy = applied(v);
	return found != DMARC_LACKING;
}

/* False when an answer lacks. */
static bool evaluate(struct evaluation *e)
{
	struct dmarc_verdict *v = &e->verdict;

	if (!name_to_ascii(e->request->author, e->arena, &v->author)) return true;
	v->author = name_fitted(v->author);
	if (!name_is_valid(v->author)) return true;
	switch (find_policy(e)) {
	case DMARC_LACKING:
		return false;
	case DMARC_IN_TROUBLE:
		v->result = DMARC_TEMPERROR;
		return true;
	case DMARC_KNOWN:
		break;
	}
	return v->policy_domain.n == 0 || conclude(e);
}

bool dmarc_check(const struct dmarc_request *r, const struct dns_answers *known,
		 struct arena *arena, struct dmarc_verdict *ret,
		 struct dns_question *ret_lacking)
{
	struct evaluation e = { .request = r, .known = known, .arena = arena };

	if (!evaluate(&e)) {
		*ret_lacking = e.lacking;
		return false;
	}
	*ret = e.verdict;
	return true;
}

slice dmarc_result_name(enum dmarc_result r)
{
	static const slice names[] = {
		[DMARC_NO_POLICY] = SLICE_INIT("none"),
		[DMARC_PASS] = SLICE_INIT("pass"),
		[DMARC_FAIL] = SLICE_INIT("fail"),
		[DMARC_TEMPERROR] = SLICE_INIT("temperror"),
	};

	return names[r];
}
