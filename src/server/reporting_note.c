#include "base/clock.h"
#include "report/aggregate.h"
#include "server/reporting_private.h"

/* The period that the moment is in: by default the day (RFC 9990 3.1.1.4). */
static struct ledger_report report_of(const struct server *s, enum report_kind kind,
				      slice domain)
{
	int64_t interval = reporting_interval(s->config), now = clock_now();
	int64_t begin = now - now % interval;

	return (struct ledger_report){ kind, domain, begin, begin + interval };
}

static void add(struct server *s, const struct ledger_report *of,
		const struct buf *policy, const struct buf *entry)
{
	struct reporting *r = s->reporting;

	if (policy->overflow || entry->overflow) return;
	if (ledger_add(r->ledger, of, buf_slice(policy), buf_slice(entry)))
		loop_post(s->loops[0], &r->begin);
}

/* ---- DMARC ---- */

static enum dmarc_policy applied(enum inbound_action a)
{
	switch (a) {
	case INBOUND_ACCEPT:
		break;
	case INBOUND_QUARANTINE:
		return DMARC_QUARANTINE;
	case INBOUND_REJECT:
		return DMARC_REJECT;
	}
	return DMARC_NONE;
}

static uint32_t list_signatures(const struct inbound *in,
				struct dkim_result list[DKIM_SIGNATURES_MAX])
{
	const struct dkim_verifier *v = in->read.dkim;
	uint32_t count = v ? dkim_verifier_count(v) : 0;

	for (uint32_t i = 0; i < count; i++)
		list[i] = dkim_verifier_result(v, i);
	return count;
}

/* What the DNS hid from us says nothing of the domain's mail. */
static bool is_of_interest(const struct server *s, const struct inbound *in)
{
	const struct dmarc_verdict *v = &in->checks.dmarc;

	return s->reporting && s->config->reports_send && in->checks.is_decided &&
	       in->read.author_kind == AUTHOR_KNOWN && v->policy_domain.n &&
	       v->record.rua.n && (v->result == DMARC_PASS || v->result == DMARC_FAIL);
}

void reporting_note_checks(struct server *s, const struct inbound *in)
{
	const struct inbound_checks *c = &in->checks;
	struct dkim_result signatures[DKIM_SIGNATURES_MAX];
	struct aggregate_facts facts = { .peer = c->request.ip,
					 .dmarc = &c->dmarc,
					 .applied = applied(in->action),
					 .helo = c->request.helo,
					 .spf_result = spf_result_name(c->spf.result),
					 .signatures = signatures };
	struct ledger_report of;
	struct buf policy, entry;

	if (!is_of_interest(s, in)) return;
	if (c->request.identity == SPF_MAIL_FROM) facts.mail_from = c->request.domain;
	facts.signature_count = list_signatures(in, signatures);
	of = report_of(s, REPORT_DMARC, c->dmarc.policy_domain);
	buf_init(&policy, LEDGER_ENTRY_MAX);
	buf_init(&entry, LEDGER_ENTRY_MAX);
	(void)aggregate_add_policy(&c->dmarc, &policy);
	(void)aggregate_add_entry(&facts, &entry);
	add(s, &of, &policy, &entry);
	buf_done(&policy);
	buf_done(&entry);
}

/* ---- TLS ---- */

void reporting_note_tls(struct server *s, const struct tls_policy *policy,
			const struct tls_attempt *attempt)
{
	struct ledger_report of;
	struct buf texts[2];

	if (!s->reporting || !s->config->reports_send) return;
	of = report_of(s, REPORT_TLS, policy->domain);
	buf_init(&texts[0], LEDGER_ENTRY_MAX);
	buf_init(&texts[1], LEDGER_ENTRY_MAX);
	(void)tls_report_add_policy(policy, &texts[0]);
	(void)tls_report_add_attempt(attempt, &texts[1]);
	add(s, &of, &texts[0], &texts[1]);
	buf_done(&texts[0]);
	buf_done(&texts[1]);
}
