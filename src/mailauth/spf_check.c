#include "base/cleanup.h"
#include "mailauth/name.h"
#include "mailauth/spf_evaluation.h"

enum { EXPANSION_MAX = 4096 }; /* octets of a domain-spec before it is cut to a name */

enum spf_outcome spf_stop(struct spf_evaluation *e, enum spf_result result, slice problem,
			  slice culprit)
{
	e->verdict.result = result;
	e->verdict.problem = problem;
	e->verdict.culprit = culprit;
	return SPF_STOP;
}

const struct dns_answer *spf_ask(struct spf_evaluation *e, enum dns_type type, slice name)
{
	struct dns_question q = { type, name };
	const struct dns_answer *a = dns_answers_find(e->known, q);

	if (!a) {
		e->lacking = q;
	} else if (a->status == DNS_TROUBLE || a->status == DNS_BOGUS) {
		spf_stop(e, SPF_TEMPERROR, S("the DNS does not answer"), name);
		a = NULL;
	}
	return a;
}

bool spf_count_lookup(struct spf_evaluation *e)
{
	if (++e->lookups <= SPF_LOOKUPS_MAX) return true;
	spf_stop(e, SPF_PERMERROR, S("too many look-ups"), e->top->domain);
	return false;
}

/* The domain itself, else a subdomain of it, else any (RFC 7208 7.3). */
static slice best_name(const struct reverse *r, slice domain)
{
	slice best = r->count ? r->names[0] : (slice){ 0 };

	for (uint32_t i = r->count; i-- > 0;)
		if (name_is_within(r->names[i], domain)) best = r->names[i];
	for (uint32_t i = 0; i < r->count; i++)
		if (slice_eq_nocase(r->names[i], domain)) best = r->names[i];
	return best;
}

bool spf_find_validated(struct spf_evaluation *e, slice text)
{
	struct reverse r;

	if (!spf_text_uses(text, 'p')) return true;
	if (!reverse_find(e->facts.ip, e->known, e->arena, &r, &e->lacking)) return false;
	e->facts.validated = best_name(&r, e->facts.domain);
	return true;
}

/* The expansion of text in the arena; false when it is longer than max. */
static bool expand(struct spf_evaluation *e, slice text, size_t max, slice *ret)
{
	CLEANUP(buf_done) struct buf out;

	buf_init(&out, max);
	return spf_text_expand(text, &e->facts, &out) &&
	       arena_copy(e->arena, buf_slice(&out), ret);
}

bool spf_target(struct spf_evaluation *e, slice domain_spec, slice *ret)
{
	*ret = e->top->domain;
	if (domain_spec.n == 0) return true;
	if (!e->has_reverse && spf_text_uses(domain_spec, 'p')) {
		e->has_reverse = true;
		if (!spf_count_lookup(e)) return false;
	}
	if (!spf_find_validated(e, domain_spec)) return false;
	if (!expand(e, domain_spec, EXPANSION_MAX, ret)) {
		spf_stop(e, SPF_PERMERROR, S("macros expand too far"), domain_spec);
		return false;
	}
	*ret = name_fitted(*ret);
	return true;
}

/* The one record with the version (RFC 7208 4.5); an empty slice when there is none.
 * False after stopping. */
static bool select_record(struct spf_evaluation *e, const struct dns_answer *txt,
			  slice domain, slice *ret)
{
	*ret = (slice){ 0 };
	for (uint32_t i = 0; i < txt->count; i++) {
		if (!is_spf_record(txt->records[i].data)) continue;
		if (ret->n) {
			spf_stop(e, SPF_PERMERROR, S("more than one record"), domain);
			return false;
		}
		*ret = txt->records[i].data;
	}
	if (ret->n || !txt->truncated) return true;
	spf_stop(e, SPF_PERMERROR, S("too many TXT records"), domain);
	return false;
}

/* Puts the domain's record into the top frame. Without one the run stops with the
 * result given. */
static bool load(struct spf_evaluation *e, slice domain, enum spf_result without)
{
	struct spf_frame *f = e->top;
	const struct dns_answer *txt;
	slice text = { 0 }, fault;

	if (name_is_valid(domain) && name_labels(domain) > 1) {
		txt = spf_ask(e, DNS_TXT, domain);
		if (!txt || !select_record(e, txt, domain, &text)) return false;
	}
	if (text.n == 0) {
		spf_stop(e, without, S("there is no SPF record"), domain);
		return false;
	}
	*f = (struct spf_frame){ .domain = domain };
	e->facts.domain = domain;
	if (spf_record_parse(text, &f->record, &fault)) {
		f->terms = f->record.terms;
		return true;
	}
	spf_stop(e, SPF_PERMERROR, S("syntax error"), fault);
	return false;
}

/* The top frame's record has this result: by is the directive that matched, or NULL.
 * False: so the whole evaluation has; else the including record goes on (RFC 7208 5.2).
 */
static bool leave(struct spf_evaluation *e, enum spf_result result,
		  const struct spf_directive *by)
{
	while (e->top > e->frames) {
		e->top--;
		e->facts.domain = e->top->domain;
		if (result != SPF_PASS) return true;
		by = &e->top->include;
		result = by->qualifier;
	}
	e->verdict.result = result;
	e->verdict.mechanism = by ? by->text : (slice){ 0 };
	return false;
}

static bool enter(struct spf_evaluation *e, const struct spf_directive *d, slice domain)
{
	e->top->include = *d;
	e->top++;
	return load(e, domain, SPF_PERMERROR);
}

/* Behind the last directive (RFC 7208 4.7, 6.1). */
static bool end_record(struct spf_evaluation *e)
{
	const struct spf_record *r = &e->top->record;
	slice target;

	if (r->has_all || r->redirect.n == 0) return leave(e, SPF_NEUTRAL, NULL);
	return spf_count_lookup(e) && spf_target(e, r->redirect, &target) &&
	       load(e, target, SPF_PERMERROR);
}

/* One term more; false at the end or after stopping. */
static bool step(struct spf_evaluation *e)
{
	struct spf_directive d;
	slice domain;

	if (!take_spf_directive(&e->top->terms, &d)) return end_record(e);
	switch (spf_directive_match(e, &d, &domain)) {
	case SPF_NO_MATCH:
		return true;
	case SPF_MATCH:
		return leave(e, d.qualifier, &d);
	case SPF_ENTER:
		return enter(e, &d, domain);
	case SPF_STOP:
		break;
	}
	return false;
}

static bool is_printable(slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~') return false;
	return true;
}

/* The name where the explanation is. Whatever is wrong with it, there is none then. */
static bool explanation_name(struct spf_evaluation *e, slice *ret)
{
	slice exp = e->top->record.exp, name;

	if (exp.n == 0 || !spf_find_validated(e, exp)) return false;
	if (!expand(e, exp, EXPANSION_MAX, &name)) return false;
	*ret = name_fitted(name);
	return name_is_valid(*ret);
}

/* RFC 7208 6.2. Errors leave the verdict as it is; only a lacking answer can stop. */
static void explain(struct spf_evaluation *e)
{
	struct dns_question q = { .type = DNS_TXT };
	const struct dns_answer *txt;
	slice text;

	if (!explanation_name(e, &q.name)) return;
	txt = dns_answers_find(e->known, q);
	if (!txt) {
		e->lacking = q;
		return;
	}
	if (txt->status != DNS_FOUND || txt->count != 1) return;
	text = txt->records[0].data;
	if (!spf_text_valid(text, SPF_EXPLANATION) || !spf_find_validated(e, text))
		return;
	if (expand(e, text, SPF_EXPLANATION_MAX, &text) && is_printable(text))
		e->verdict.explanation = text;
}

/* The identity to check (RFC 7208 2.3, 2.4, 4.3), domains in A-labels (RFC 8616 4). */
static bool set_facts(struct spf_evaluation *e, const struct spf_request *r)
{
	bool by_helo = r->identity == SPF_HELO || (r->local.n == 0 && r->domain.n == 0);
	slice domain = by_helo ? r->helo : r->domain;

	e->facts = (struct spf_facts){
		.local = by_helo || r->local.n == 0 ? S("postmaster") : r->local,
		.helo = r->helo,
		.ip = ip_unmapped(r->ip),
		.receiver = r->receiver,
		.now = r->now,
	};
	e->verdict.domain = domain;
	if (!name_to_ascii(domain, e->arena, &domain) || domain.n > NAME_MAX_OCTETS + 1) {
		spf_stop(e, SPF_NONE, S("that is no domain"), domain);
		return false;
	}
	e->verdict.domain = e->facts.sender_domain = name_fitted(domain);
	return true;
}

bool spf_check(const struct spf_request *r, const struct dns_answers *known,
	       struct arena *arena, struct spf_verdict *ret,
	       struct dns_question *ret_lacking)
{
	struct spf_evaluation e = { .known = known, .arena = arena, .top = e.frames };

	if (set_facts(&e, r) && load(&e, e.facts.sender_domain, SPF_NONE)) {
		while (step(&e))
			;
		if (e.verdict.result == SPF_FAIL) explain(&e);
	}
	if (e.lacking.name.p) {
		*ret_lacking = e.lacking;
		return false;
	}
	*ret = e.verdict;
	return true;
}

slice spf_result_name(enum spf_result r)
{
	static const slice names[] = {
		[SPF_NONE] = SLICE_INIT("none"),
		[SPF_NEUTRAL] = SLICE_INIT("neutral"),
		[SPF_PASS] = SLICE_INIT("pass"),
		[SPF_FAIL] = SLICE_INIT("fail"),
		[SPF_SOFTFAIL] = SLICE_INIT("softfail"),
		[SPF_TEMPERROR] = SLICE_INIT("temperror"),
		[SPF_PERMERROR] = SLICE_INIT("permerror"),
	};

	return names[r];
}
