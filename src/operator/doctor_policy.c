/* What the domain tells others about its mail: SPF, DKIM, DMARC, MTA-STS, TLS-RPT. */
#include "operator/doctor.h"

#include "base/date.h"
#include "mailauth/dmarc_record.h"
#include "mailauth/mta_sts.h"
#include "mailauth/spf.h"
#include "mailauth/spf_record.h"
#include "mailauth/tls_rpt.h"
#include "mailauth/txt.h"
#include "policy/signing.h"

/* ---- SPF (RFC 7208) ---- */

static slice spf_record(struct doctor *d)
{
	return doctor_text(d, "%.*s. IN TXT \"v=spf1 mx -all\"", FMT(d->domain));
}

/* The record as it is, with this host among those that may send. */
static slice spf_with_us(struct doctor *d, slice record)
{
	slice terms = record;

	take_literal_nocase(&terms, S("v=spf1"));
	return doctor_text(d, "%.*s. IN TXT \"v=spf1 a:%.*s%.*s\"", FMT(d->domain),
			   FMT(d->config->hostname), FMT(terms));
}

static bool lets_all(slice record)
{
	struct spf_record parsed;
	struct spf_directive directive;
	slice fault;

	if (!spf_record_parse(record, &parsed, &fault)) return false;
	while (take_spf_directive(&parsed.terms, &directive))
		if (directive.mechanism == SPF_ALL && directive.qualifier == SPF_PASS)
			return true;
	return false;
}

static void judge_spf(struct doctor *d, slice record, struct ip ip,
		      const struct spf_verdict *v)
{
	char text[IP_TEXT_MAX];
	slice address = ip_text(ip, text);

	if (v->result == SPF_PASS)
		doctor_find(d, DOCTOR_GOOD, S("SPF"),
			    doctor_text(d, "%.*s may send", FMT(address)), S(""));
	else if (v->result == SPF_TEMPERROR)
		doctor_find(d, DOCTOR_UNKNOWN, S("SPF"),
			    S("the DNS does not answer now; try again later"), S(""));
	else if (v->result == SPF_PERMERROR)
		doctor_find(d, DOCTOR_FAULT, S("SPF"),
			    doctor_text(d, "the record cannot be used: %.*s: %.*s",
					FMT(v->problem), FMT(v->culprit)),
			    spf_record(d));
	else
		doctor_find(d, DOCTOR_FAULT, S("SPF"),
			    doctor_text(d,
					"mail from %.*s, which is this server, gets %.*s",
					FMT(address), FMT(spf_result_name(v->result))),
			    spf_with_us(d, record));
}

static bool check_sender(struct doctor *d, slice record, struct ip ip)
{
	const struct spf_request request = { .identity = SPF_MAIL_FROM,
					     .ip = ip,
					     .helo = d->config->hostname,
					     .local = S("postmaster"),
					     .domain = d->domain,
					     .receiver = d->config->hostname,
					     .now = d->now };
	struct spf_verdict verdict;

	if (!spf_check(&request, d->known, &d->arena, &verdict, &d->lacking))
		return false;
	judge_spf(d, record, ip, &verdict);
	return true;
}

static bool check_senders(struct doctor *d, slice record)
{
	static const enum dns_type types[] = { DNS_A, DNS_AAAA };

	for (size_t t = 0; t < countof(types); t++) {
		const struct dns_answer *a = doctor_ask(d, types[t], d->config->hostname);

		if (!a) return false;
		for (uint32_t i = 0; i < a->count; i++) {
			struct ip ip = ip_of_octets(a->records[i].data);

			if (ip.n && !check_sender(d, record, ip)) return false;
		}
	}
	return true;
}

static uint32_t count_spf(const struct dns_answer *txt, slice *ret_last)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < txt->count; i++) {
		if (!is_spf_record(txt->records[i].data)) continue;
		*ret_last = txt->records[i].data;
		count++;
	}
	return count;
}

bool doctor_check_spf(struct doctor *d)
{
	const struct dns_answer *txt = doctor_ask(d, DNS_TXT, d->domain);
	slice record = { 0 };
	uint32_t count;

	if (!txt) return false;
	if (doctor_is_unknown(d, S("SPF"), txt)) return true;
	count = count_spf(txt, &record);
	if (count == 0)
		doctor_find(d, DOCTOR_FAULT, S("SPF"),
			    S("no record: others cannot tell your mail from forged mail"),
			    spf_record(d));
	if (count > 1)
		doctor_find(d, DOCTOR_FAULT, S("SPF"),
			    doctor_text(d, "%u records, so none of them counts: keep one",
					count),
			    spf_record(d));
	if (count == 1 && lets_all(record))
		doctor_find(d, DOCTOR_FAULT, S("SPF"),
			    S("+all lets the whole world send as you"), spf_record(d));
	return count != 1 || check_senders(d, record);
}

/* ---- DKIM (RFC 6376) ---- */

/* Whether one of the records has the same public key. */
static bool has_key(const struct dns_answer *txt, slice wanted)
{
	slice ours, theirs;

	if (!txt_find_field(wanted, S("p"), &ours)) return false;
	for (uint32_t i = 0; i < txt->count; i++)
		if (txt_find_field(txt->records[i].data, S("p"), &theirs) &&
		    slice_eq(ours, theirs))
			return true;
	return false;
}

static void judge_key(struct doctor *d, slice selector, const struct dns_answer *txt,
		      slice record, slice zone_line)
{
	slice kept = doctor_text(d, "%.*s", FMT(zone_line));

	if (has_key(txt, record))
		doctor_find(d, DOCTOR_GOOD, S("DKIM"),
			    doctor_text(d, "the key of %.*s is there", FMT(selector)),
			    S(""));
	else if (txt->count)
		doctor_find(d, DOCTOR_FAULT, S("DKIM"),
			    doctor_text(d,
					"%.*s has another key than we sign with: all "
					"signatures fail; replace it",
					FMT(selector)),
			    kept);
	else
		doctor_find(d, DOCTOR_FAULT, S("DKIM"),
			    doctor_text(d, "the key of %.*s is missing", FMT(selector)),
			    kept);
}

static bool check_selector(struct doctor *d, slice selector)
{
	slice name =
		doctor_text(d, "%.*s._domainkey.%.*s", FMT(selector), FMT(d->domain));
	const struct dns_answer *txt = doctor_ask(d, DNS_TXT, name);
	struct buf record, zone_line;

	if (!txt) return false;
	if (doctor_is_unknown(d, S("DKIM"), txt)) return true;
	buf_init(&record, DOCTOR_TEXT_MAX);
	buf_init(&zone_line, DOCTOR_TEXT_MAX);
	if (signing_describe_key(d->config->data, selector, d->domain, &record,
				 &zone_line))
		judge_key(d, selector, txt, buf_slice(&record), buf_slice(&zone_line));
	else
		doctor_find(
			d, DOCTOR_FAULT, S("DKIM"),
			doctor_text(d,
				    "%.*s/dkim/%.*s.%.*s.pem cannot be read: put the key "
				    "there, or take dkim-selector = %.*s away",
				    FMT(d->config->data), FMT(selector), FMT(d->domain),
				    FMT(selector)),
			S(""));
	buf_done(&record);
	buf_done(&zone_line);
	return true;
}

bool doctor_check_dkim(struct doctor *d)
{
	const struct domain_config *ours = config_find_domain(d->config, d->domain);

	if (!ours || ours->dkim_selectors.count == 0) {
		doctor_find(
			d, DOCTOR_ADVICE, S("DKIM"),
			doctor_text(d,
				    "mail is not signed: set dkim-selector in [domain "
				    "%.*s] to a key in %.*s/dkim",
				    FMT(d->domain), FMT(d->config->data)),
			S(""));
		return true;
	}
	for (uint32_t i = 0; i < ours->dkim_selectors.count; i++)
		if (!check_selector(d, ours->dkim_selectors.items[i])) return false;
	return true;
}

/* ---- DMARC (RFC 9989) ---- */

static slice dmarc_record(struct doctor *d)
{
	return doctor_text(d,
			   "_dmarc.%.*s. IN TXT \"v=DMARC1; p=quarantine; "
			   "rua=mailto:postmaster@%.*s\"",
			   FMT(d->domain), FMT(d->domain));
}

static uint32_t count_dmarc(const struct dns_answer *txt, struct dmarc_record *ret_last)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < txt->count; i++)
		count += dmarc_record_parse(txt->records[i].data, ret_last);
	return count;
}

bool doctor_check_dmarc(struct doctor *d)
{
	slice name = doctor_text(d, "_dmarc.%.*s", FMT(d->domain));
	const struct dns_answer *txt = doctor_ask(d, DNS_TXT, name);
	struct dmarc_record record;
	uint32_t count;

	if (!txt) return false;
	if (doctor_is_unknown(d, S("DMARC"), txt)) return true;
	count = count_dmarc(txt, &record);
	if (count == 0)
		doctor_find(d, DOCTOR_FAULT, S("DMARC"),
			    S("no policy: nobody knows what to do with mail forged in "
			      "your name"),
			    dmarc_record(d));
	else if (count > 1)
		doctor_find(d, DOCTOR_FAULT, S("DMARC"),
			    S("several records, so none of them counts: keep one"),
			    dmarc_record(d));
	else if (!record.is_policy)
		doctor_find(d, DOCTOR_FAULT, S("DMARC"),
			    S("the record's p, sp or np is wrong or missing"),
			    dmarc_record(d));
	else
		doctor_find(d, record.p == DMARC_NONE ? DOCTOR_ADVICE : DOCTOR_GOOD,
			    S("DMARC"),
			    doctor_text(d, "the policy is %.*s",
					FMT(dmarc_policy_name(record.p))),
			    record.p == DMARC_NONE ? dmarc_record(d) : S(""));
	return true;
}

/* ---- MTA-STS (RFC 8461) and TLS-RPT (RFC 8460) ---- */

static uint32_t count_beginning(const struct dns_answer *txt, slice prefix)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < txt->count; i++)
		count += slice_starts(txt->records[i].data, prefix);
	return count;
}

static slice mta_sts_record(struct doctor *d)
{
	struct civil c = civil_of(d->now);

	return doctor_text(d, "_mta-sts.%.*s. IN TXT \"v=STSv1; id=%04d%02d%02d000000\"",
			   FMT(d->domain), (int)c.year, c.month, c.day);
}

/* The record says that there is a policy, so there must be somebody who tells it. */
static bool check_policy_host(struct doctor *d)
{
	slice name = doctor_text(d, "mta-sts.%.*s", FMT(d->domain));
	const struct dns_answer *v4 = doctor_ask(d, DNS_A, name), *v6;

	if (!v4) return false;
	v6 = doctor_ask(d, DNS_AAAA, name);
	if (!v6) return false;
	if (doctor_is_unknown(d, S("MTA-STS"), v4) ||
	    doctor_is_unknown(d, S("MTA-STS"), v6))
		return true;
	if (v4->count + v6->count == 0)
		doctor_find(
			d, DOCTOR_FAULT, S("MTA-STS"),
			doctor_text(d,
				    "there is a record, but no host to fetch the policy "
				    "from: https://%.*s/.well-known/mta-sts.txt",
				    FMT(name)),
			doctor_text(d, "%.*s. IN A %.*s", FMT(name), FMT(d->address)));
	else
		doctor_find(d, DOCTOR_GOOD, S("MTA-STS"),
			    doctor_text(d, "the record and %.*s are there", FMT(name)),
			    S(""));
	return true;
}

bool doctor_check_mta_sts(struct doctor *d)
{
	slice name = doctor_text(d, "_mta-sts.%.*s", FMT(d->domain)), id;
	const struct dns_answer *txt = doctor_ask(d, DNS_TXT, name);

	if (!txt) return false;
	if (doctor_is_unknown(d, S("MTA-STS"), txt)) return true;
	if (mta_sts_find_id(txt, &id)) return check_policy_host(d);
	if (count_beginning(txt, S("v=STSv1")))
		doctor_find(d, DOCTOR_FAULT, S("MTA-STS"),
			    S("the record is malformed, or there are several"),
			    mta_sts_record(d));
	else
		doctor_find(
			d, DOCTOR_ADVICE, S("MTA-STS"),
			doctor_text(
				d,
				"none: mail to you may be read on the way. Set "
				"mta-sts = enforce in [domain %.*s] and listen on https, "
				"with a certificate for mta-sts.%.*s, then set the "
				"record",
				FMT(d->domain), FMT(d->domain)),
			mta_sts_record(d));
	return true;
}

bool doctor_check_tls_rpt(struct doctor *d)
{
	slice name = doctor_text(d, "_smtp._tls.%.*s", FMT(d->domain)), rua;
	const struct dns_answer *txt = doctor_ask(d, DNS_TXT, name);
	bool is_wrong;

	if (!txt) return false;
	if (doctor_is_unknown(d, S("TLS-RPT"), txt)) return true;
	if (tls_rpt_find_rua(txt, &rua)) {
		doctor_find(d, DOCTOR_GOOD, S("TLS-RPT"),
			    doctor_text(d, "reports go to %.*s", FMT(rua)), S(""));
		return true;
	}
	is_wrong = count_beginning(txt, S("v=TLSRPTv1"));
	doctor_find(d, is_wrong ? DOCTOR_FAULT : DOCTOR_ADVICE, S("TLS-RPT"),
		    is_wrong ? S("the record is malformed, or there are several")
			     : S("none: nobody tells you when TLS to you fails"),
		    doctor_text(d,
				"%.*s. IN TXT \"v=TLSRPTv1; rua=mailto:postmaster@%.*s\"",
				FMT(name), FMT(d->domain)));
	return true;
}
