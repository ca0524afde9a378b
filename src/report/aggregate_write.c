#include "report/aggregate.h"
#include "report/xml.h"

/*
 * An entry is "address LF rest": the count goes between them.
 */

static void add_mode(struct buf *out, const char *name, bool is_strict)
{
	xml_add_element(out, name, is_strict ? S("s") : S("r"));
}

static void add_fo(struct buf *out, unsigned fo)
{
	static const struct {
		unsigned flag;
		slice name;
	} flags[] = {
		{ DMARC_FO_ALL, SLICE_INIT("0") },
		{ DMARC_FO_ANY, SLICE_INIT("1") },
		{ DMARC_FO_DKIM, SLICE_INIT("d") },
		{ DMARC_FO_SPF, SLICE_INIT("s") },
	};
	bool is_first = true;

	if (!fo) return;
	buf_add(out, S("<fo>"));
	for (size_t i = 0; i < countof(flags); i++) {
		if (!(fo & flags[i].flag)) continue;
		if (!is_first) buf_add_char(out, ':');
		buf_add(out, flags[i].name);
		is_first = false;
	}
	buf_add(out, S("</fo>\n"));
}

/* RFC 9990 3.1.1.5. */
bool aggregate_add_policy(const struct dmarc_verdict *v, struct buf *out)
{
	const struct dmarc_record *r = &v->record;

	buf_add(out, S("<policy_published>\n"));
	xml_add_element(out, "domain", v->policy_domain);
	xml_add_element(out, "discovery_method", S("treewalk"));
	xml_add_element(out, "p", dmarc_policy_name(r->p));
	xml_add_element(out, "sp", dmarc_policy_name(r->sp));
	xml_add_element(out, "np", dmarc_policy_name(r->np));
	add_fo(out, r->fo);
	add_mode(out, "adkim", r->strict_dkim);
	add_mode(out, "aspf", r->strict_spf);
	xml_add_element(out, "testing", r->testing ? S("y") : S("n"));
	return buf_add(out, S("</policy_published>\n"));
}

static slice outcome(bool passed)
{
	return passed ? S("pass") : S("fail");
}

/* Where what became of it is not what the domain asked for (RFC 9990 3.1.6). */
static void add_reason(const struct aggregate_facts *f, struct buf *out)
{
	const struct dmarc_verdict *v = f->dmarc;

	if (v->result == DMARC_PASS || f->applied == v->published) return;
	buf_add(out, S("<reason>\n"));
	xml_add_element(out, "type",
			v->record.testing && f->applied == v->policy
				? S("policy_test_mode")
				: S("local_policy"));
	buf_add(out, S("</reason>\n"));
}

/* "pass" is what mail comes to that satisfied the policy (RFC 9990 appendix A). */
static void add_evaluation(const struct aggregate_facts *f, struct buf *out)
{
	const struct dmarc_verdict *v = f->dmarc;

	buf_add(out, S("<policy_evaluated>\n"));
	xml_add_element(out, "disposition",
			v->result == DMARC_PASS && f->applied == DMARC_NONE
				? S("pass")
				: dmarc_policy_name(f->applied));
	xml_add_element(out, "dkim", outcome(v->dkim_aligned));
	xml_add_element(out, "spf", outcome(v->spf_aligned));
	add_reason(f, out);
	buf_add(out, S("</policy_evaluated>\n"));
}

static void add_identifiers(const struct aggregate_facts *f, struct buf *out)
{
	buf_add(out, S("<identifiers>\n"));
	xml_add_element(out, "header_from", f->dmarc->author);
	if (f->mail_from.n)
		xml_add_element(out, "envelope_from", f->mail_from);
	else
		buf_add(out, S("<envelope_from/>\n"));
	buf_add(out, S("</identifiers>\n"));
}

static void add_signature(const struct dkim_result *r, struct buf *out)
{
	if (!r->domain.n || !r->selector.n) return; /* it could not be read */
	buf_add(out, S("<dkim>\n"));
	xml_add_element(out, "domain", r->domain);
	xml_add_element(out, "selector", r->selector);
	xml_add_element(out, "result", dkim_verdict_name(r->finding.verdict));
	if (r->finding.reason)
		xml_add_element(out, "human_result", slice_of(r->finding.reason));
	buf_add(out, S("</dkim>\n"));
}

/* Those that passed come first (RFC 9990 3.1.3). */
static void add_signatures(const struct aggregate_facts *f, struct buf *out)
{
	for (int passed = 1; passed >= 0; passed--)
		for (uint32_t i = 0; i < f->signature_count; i++)
			if ((f->signatures[i].finding.verdict == DKIM_PASS) == passed)
				add_signature(&f->signatures[i], out);
}

static void add_results(const struct aggregate_facts *f, struct buf *out)
{
	buf_add(out, S("<auth_results>\n"));
	add_signatures(f, out);
	if (f->mail_from.n || f->helo.n) {
		buf_add(out, S("<spf>\n"));
		xml_add_element(out, "domain", f->mail_from.n ? f->mail_from : f->helo);
		xml_add_element(out, "scope", S("mfrom"));
		xml_add_element(out, "result", f->spf_result);
		buf_add(out, S("</spf>\n"));
	}
	buf_add(out, S("</auth_results>\n"));
}

bool aggregate_add_entry(const struct aggregate_facts *f, struct buf *out)
{
	char ip[IP_TEXT_MAX];

	buf_add(out, ip_text(f->peer, ip));
	buf_add_char(out, '\n');
	add_evaluation(f, out);
	buf_add(out, S("</row>\n"));
	add_identifiers(f, out);
	add_results(f, out);
	return buf_add(out, S("</record>\n"));
}

/* ---- the report ---- */

static void add_number(struct buf *out, const char *name, int64_t value)
{
	buf_addf(out, "<%s>%lld</%s>\n", name, (long long)value, name);
}

void aggregate_write_begin(const struct aggregate_head *h, struct buf *out)
{
	buf_add(out, S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		       "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\">\n"
		       "<version>1.0</version>\n<report_metadata>\n"));
	xml_add_element(out, "org_name", h->org);
	xml_add_element(out, "email", h->email);
	xml_add_element(out, "report_id", h->name);
	buf_add(out, S("<date_range>\n"));
	add_number(out, "begin", h->begin);
	add_number(out, "end", h->end);
	buf_add(out, S("</date_range>\n"));
	xml_add_element(out, "generator", S("Postroom " POSTROOM_VERSION));
	buf_add(out, S("</report_metadata>\n"));
	buf_add(out, h->policy);
}

void aggregate_write_entry(slice entry, int64_t count, struct buf *out)
{
	slice address;

	if (!take_until(&entry, '\n', &address)) return;
	buf_add(out, S("<record>\n<row>\n"));
	xml_add_element(out, "source_ip", address);
	add_number(out, "count", count);
	buf_add(out, entry);
}

void aggregate_write_end(struct buf *out)
{
	buf_add(out, S("</feedback>\n"));
}
