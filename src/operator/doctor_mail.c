/* Where mail for the domain goes, and how this host is known. */
#include "operator/doctor.h"

#include "base/buf.h"
#include "base/ip.h"

static slice host(const struct doctor *d)
{
	return d->config->hostname;
}

/* ---- MX (RFC 5321 5.1, RFC 7505) ---- */

static slice mx_record(struct doctor *d)
{
	return doctor_text(d, "%.*s. IN MX 10 %.*s.", FMT(d->domain), FMT(host(d)));
}

/* RFC 2181 10.3: the name of a mail server is no alias. */
static bool check_exchange(struct doctor *d, const struct dns_record *r)
{
	const struct dns_answer *a = doctor_ask(d, DNS_A, r->data);

	if (!a) return false;
	if (a->canonical.n && !slice_eq_nocase(a->canonical, r->data))
		doctor_find(d, DOCTOR_FAULT, S("MX"),
			    doctor_text(d,
					"%.*s is an alias (CNAME), which a mail server's "
					"name must not be; name %.*s instead",
					FMT(r->data), FMT(a->canonical)),
			    doctor_text(d, "%.*s. IN MX %u %.*s.", FMT(d->domain),
					r->preference, FMT(a->canonical)));
	return true;
}

static bool check_exchanges(struct doctor *d, const struct dns_answer *mx)
{
	bool is_ours = false;

	for (uint32_t i = 0; i < mx->count; i++) {
		if (slice_eq_nocase(mx->records[i].data, host(d))) is_ours = true;
		if (!check_exchange(d, &mx->records[i])) return false;
	}
	if (is_ours)
		doctor_find(d, DOCTOR_GOOD, S("MX"),
			    doctor_text(d, "mail comes to %.*s", FMT(host(d))), S(""));
	else
		doctor_find(d, DOCTOR_FAULT, S("MX"),
			    doctor_text(d, "mail goes to %.*s, not to this server",
					FMT(mx->records[0].data)),
			    mx_record(d));
	return true;
}

bool doctor_check_mx(struct doctor *d)
{
	const struct dns_answer *mx = doctor_ask(d, DNS_MX, d->domain);

	if (!mx) return false;
	if (doctor_is_unknown(d, S("MX"), mx)) return true;
	if (mx->status != DNS_FOUND)
		doctor_find(d, DOCTOR_FAULT, S("MX"),
			    mx->status == DNS_NO_NAME
				    ? S("the domain is not in the DNS at all")
				    : S("nothing says where its mail goes"),
			    mx_record(d));
	else if (mx->records[0].data.n == 0)
		doctor_find(d, DOCTOR_FAULT, S("MX"),
			    S("a null MX says that it takes no mail; replace it"),
			    mx_record(d));
	else
		return check_exchanges(d, mx);
	return true;
}

/* ---- addresses and their names (RFC 8601 2.7.3) ---- */

static bool has_name(const struct dns_answer *ptr, slice name)
{
	for (uint32_t i = 0; i < ptr->count; i++)
		if (slice_eq_nocase(ptr->records[i].data, name)) return true;
	return false;
}

static bool check_reverse(struct doctor *d, struct ip ip)
{
	char reverse[IP_REVERSE_MAX], text[IP_TEXT_MAX];
	slice name = doctor_text(d, "%.*s", FMT(ip_reverse_name(ip, reverse)));
	slice address = ip_text(ip, text);
	const struct dns_answer *ptr = doctor_ask(d, DNS_PTR, name);

	if (!ptr) return false;
	if (doctor_is_unknown(d, S("PTR"), ptr)) return true;
	if (ptr->status == DNS_FOUND && has_name(ptr, host(d)))
		doctor_find(d, DOCTOR_GOOD, S("PTR"),
			    doctor_text(d, "%.*s is %.*s", FMT(address), FMT(host(d))),
			    S(""));
	else
		doctor_find(
			d, DOCTOR_FAULT, S("PTR"),
			doctor_text(d,
				    "%.*s is %s%.*s; many servers refuse mail from "
				    "there. Whoever gave you the address can set it",
				    FMT(address), ptr->count ? "called " : "nameless",
				    FMT(ptr->count ? ptr->records[0].data : S(""))),
			doctor_text(d, "%.*s. IN PTR %.*s.", FMT(name), FMT(host(d))));
	return true;
}

static bool check_reverses(struct doctor *d, const struct dns_answer *a)
{
	for (uint32_t i = 0; i < a->count; i++) {
		struct ip ip = ip_of_octets(a->records[i].data);

		if (ip.n && !check_reverse(d, ip)) return false;
	}
	return true;
}

bool doctor_check_addresses(struct doctor *d)
{
	const struct dns_answer *v4 = doctor_ask(d, DNS_A, host(d)), *v6;

	if (!v4) return false;
	v6 = doctor_ask(d, DNS_AAAA, host(d));
	if (!v6) return false;
	if (doctor_is_unknown(d, S("A"), v4) || doctor_is_unknown(d, S("AAAA"), v6))
		return true;
	if (v4->count + v6->count == 0) {
		doctor_find(
			d, DOCTOR_FAULT, S("A"),
			doctor_text(d, "%.*s has no address", FMT(host(d))),
			doctor_text(d, "%.*s. IN A %.*s", FMT(host(d)), FMT(d->address)));
		return true;
	}
	doctor_find(d, DOCTOR_GOOD, S("A"),
		    doctor_text(d, "%.*s has %u address%s", FMT(host(d)),
				v4->count + v6->count,
				v4->count + v6->count == 1 ? "" : "es"),
		    S(""));
	return check_reverses(d, v4) && check_reverses(d, v6);
}

/* ---- TLSA (RFC 7672) ---- */

static slice tlsa_record(struct doctor *d, slice name)
{
	struct buf data;
	slice record;

	if (!d->certificate) return S("");
	buf_init(&data, DOCTOR_TEXT_MAX);
	certificate_write_tlsa(d->certificate, &data);
	record = doctor_text(d, "%.*s. IN TLSA %.*s", FMT(name), FMT(buf_slice(&data)));
	buf_done(&data);
	return record;
}

static bool fits_any(const struct doctor *d, const struct dns_answer *tlsa)
{
	for (uint32_t i = 0; i < tlsa->count; i++)
		if (certificate_fits_tlsa(d->certificate, tlsa->records[i].data))
			return true;
	return false;
}

static void judge_tlsa(struct doctor *d, slice name, const struct dns_answer *tlsa,
		       bool is_secure)
{
	if (tlsa->count && d->certificate && !fits_any(d, tlsa))
		doctor_find(d, DOCTOR_FAULT, S("TLSA"),
			    S("no record names the certificate of this server: whoever "
			      "knows DANE will not deliver; replace them"),
			    tlsa_record(d, name));
	else if (tlsa->count && !tlsa->secure)
		doctor_find(d, DOCTOR_ADVICE, S("TLSA"),
			    S("the records are without DNSSEC, so nobody heeds them"),
			    S(""));
	else if (tlsa->count)
		doctor_find(d, DOCTOR_GOOD, S("TLSA"),
			    S("the records name this server's certificate"), S(""));
	else if (is_secure)
		doctor_find(d, DOCTOR_ADVICE, S("TLSA"),
			    S("the zone is signed; with this record, mail to you cannot "
			      "be read on the way"),
			    tlsa_record(d, name));
	else
		doctor_find(d, DOCTOR_GOOD, S("TLSA"),
			    S("none, as it should be without DNSSEC"), S(""));
}

bool doctor_check_tlsa(struct doctor *d)
{
	slice name = doctor_text(d, "_25._tcp.%.*s", FMT(host(d)));
	const struct dns_answer *tlsa, *address;

	address = doctor_ask(d, DNS_A, host(d));
	if (!address) return false;
	tlsa = doctor_ask(d, DNS_TLSA, name);
	if (!tlsa) return false;
	if (!doctor_is_unknown(d, S("TLSA"), tlsa))
		judge_tlsa(d, name, tlsa, address->secure && address->count);
	return true;
}
