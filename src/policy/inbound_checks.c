#include "policy/inbound_checks.h"

#include <assert.h>

#include "mailauth/authres.h"
#include "mailauth/received_spf.h"

enum { ARENA_MAX = SPF_ARENA_MAX + 3 * DMARC_ARENA_MAX + 65536 };

void inbound_checks_init(struct inbound_checks *c, const struct inbound_message *m,
			 const struct spf_request *request)
{
	*c = (struct inbound_checks){ .message = m, .request = *request };
	arena_init(&c->arena, ARENA_MAX);
}

void inbound_checks_done(struct inbound_checks *c)
{
	arena_done(&c->arena);
}

/* ---- deciding ---- */

/* Whose signatures and SPF count: those that passed, and with_trouble also those that
 * might have if the DNS had answered. */
static uint32_t find_identifiers(const struct inbound_checks *c, bool with_trouble,
				 struct dmarc_identifier dkim[DMARC_IDENTIFIERS_MAX],
				 struct dmarc_identifier *ret_spf)
{
	const struct dkim_verifier *v = c->message->dkim;
	uint32_t n = v ? dkim_verifier_count(v) : 0;

	for (uint32_t i = 0; i < n; i++) {
		struct dkim_result r = dkim_verifier_result(v, i);
		enum dkim_verdict verdict = r.finding.verdict;
		bool trouble = with_trouble && verdict == DKIM_TEMPERROR;

		/* A domain that only tries DKIM vouches for nothing (RFC 6376 3.6.1),
		 * and one whose signature leaves room at the end not for that. */
		dkim[i] = (struct dmarc_identifier){
			.domain = r.domain,
			.pass = trouble ||
				(verdict == DKIM_PASS && !r.testing && r.whole_body),
		};
	}
	*ret_spf = (struct dmarc_identifier){
		.domain = c->spf.domain,
		.pass = c->spf.result == SPF_PASS ||
			(with_trouble && c->spf.result == SPF_TEMPERROR),
	};
	return n;
}

static bool check_dmarc(struct inbound_checks *c, bool with_trouble,
			const struct dns_answers *known, struct dmarc_verdict *ret,
			struct dns_question *ret_lacking)
{
	struct dmarc_identifier dkim[DMARC_IDENTIFIERS_MAX];
	struct dmarc_request request = { .author = c->message->author, .dkim = dkim };

	static_assert(DKIM_SIGNATURES_MAX <= (int)DMARC_IDENTIFIERS_MAX, "all fit");
	request.dkim_count = find_identifiers(c, with_trouble, dkim, &request.spf);
	return dmarc_check(&request, known, &c->arena, ret, ret_lacking);
}

/* The policy alone, with nothing that could satisfy it. */
static bool find_policy(struct inbound_checks *c, const struct dns_answers *known,
			struct dns_question *ret_lacking)
{
	struct dmarc_request request = { .author = c->message->author };

	if (c->message->author_kind != AUTHOR_KNOWN) return true;
	return dmarc_check(&request, known, &c->arena, &c->dmarc, ret_lacking);
}

/* A message that fails where the DNS hid what could have satisfied the policy has not
 * failed: nothing is known of it. */
static bool judge_author(struct inbound_checks *c, const struct dns_answers *known,
			 struct dns_question *ret_lacking)
{
	struct dmarc_verdict best;

	if (c->message->author_kind != AUTHOR_KNOWN) return true;
	if (!check_dmarc(c, false, known, &c->dmarc, ret_lacking)) return false;
	if (c->dmarc.result != DMARC_FAIL) return true;
	if (!check_dmarc(c, true, known, &best, ret_lacking)) return false;
	if (best.result != DMARC_FAIL) c->dmarc.result = DMARC_TEMPERROR;
	return true;
}

bool inbound_checks_decide(struct inbound_checks *c, const struct dns_answers *known,
			   struct dns_question *lacking)
{
	const struct inbound_message *m = c->message;
	int64_t now = c->request.now;

	arena_reset(&c->arena);
	c->is_decided =
		find_policy(c, known, lacking) &&
		spf_check(&c->request, known, &c->arena, &c->spf, lacking) &&
		(!m->dkim || dkim_verifier_step(m->dkim, known, now, lacking)) &&
		judge_author(c, known, lacking) &&
		(!m->arc || arc_verifier_step(m->arc, known, now, lacking)) &&
		reverse_find(c->request.ip, known, &c->arena, &c->reverse, lacking);
	return c->is_decided;
}

/* ---- what follows ---- */

enum inbound_action inbound_checks_action(const struct inbound_checks *c)
{
	if (c->message->author_kind == AUTHOR_UNCLEAR) return INBOUND_QUARANTINE;
	if (c->message->author_kind == AUTHOR_MISSING) return INBOUND_ACCEPT;
	if (c->dmarc.policy == DMARC_NONE) return INBOUND_ACCEPT;
	if (c->dmarc.result == DMARC_TEMPERROR) return INBOUND_QUARANTINE;
	if (c->dmarc.result != DMARC_FAIL) return INBOUND_ACCEPT;
	return c->dmarc.policy == DMARC_REJECT ? INBOUND_REJECT : INBOUND_QUARANTINE;
}

slice inbound_checks_dkim(const struct inbound_checks *c)
{
	const struct dkim_verifier *v = c->message->dkim;
	enum dkim_verdict best = DKIM_POLICY;

	if (!v || dkim_verifier_count(v) == 0) return S("none");
	for (uint32_t i = 0; i < dkim_verifier_count(v); i++) {
		enum dkim_verdict one = dkim_verifier_result(v, i).finding.verdict;

		if (one < best) best = one;
	}
	return dkim_verdict_name(best);
}

slice inbound_checks_dmarc(const struct inbound_checks *c)
{
	switch (c->message->author_kind) {
	case AUTHOR_UNCLEAR:
		return S("permerror");
	case AUTHOR_MISSING:
		return S("none");
	case AUTHOR_KNOWN:
		break;
	}
	return dmarc_result_name(c->dmarc.result);
}

slice inbound_checks_arc(const struct inbound_checks *c)
{
	if (!c->message->arc) return S("none");
	return arc_status_name(arc_verifier_result(c->message->arc).status);
}

static void add_signatures(struct authres *w, const struct inbound_message *m)
{
	struct arc_result arc;

	if (!m->dkim || dkim_verifier_count(m->dkim) == 0)
		authres_add(w, S("dkim"), S("none"));
	for (uint32_t i = 0; m->dkim && i < dkim_verifier_count(m->dkim); i++) {
		struct dkim_result r = dkim_verifier_result(m->dkim, i);

		authres_add_dkim(w, &r);
	}
	if (!m->arc) return;
	arc = arc_verifier_result(m->arc);
	if (arc.status != ARC_NONE) authres_add_arc(w, &arc);
}

bool inbound_checks_write_results(const struct inbound_checks *c, slice start,
				  struct buf *out)
{
	struct authres w;

	authres_begin(&w, out, start, c->request.receiver);
	if (c->message->author_kind == AUTHOR_KNOWN)
		authres_add_dmarc(&w, &c->dmarc);
	else
		authres_add(&w, S("dmarc"), inbound_checks_dmarc(c));
	authres_add_spf(&w, &c->spf, c->request.identity);
	add_signatures(&w, c->message);
	authres_add_iprev(&w, iprev_result(&c->reverse), c->request.ip);
	return authres_end(&w);
}

bool inbound_checks_write(const struct inbound_checks *c, struct buf *out)
{
	return inbound_checks_write_results(c, S("Authentication-Results: "), out) &&
	       received_spf_write(&c->request, &c->spf, out);
}
